import type { ParameterSpec } from "@poolish/core";

/** The edges of a training box that a parameter can cross; infinite where there is none. */
export interface BoxEdges {
  readonly lower: number;
  readonly upper: number;
  /** Of the whole box: the scale on which distances beyond it are measured. */
  readonly width: number;
}

/**
 * The edges beyond which a likelihood extrapolates: those of its box, save a side that is the support's own bound (no
 * value lies beyond it). A box of infinite or no width has none: nothing says what is far.
 */
export function boxEdges({ support, box: [lower, upper] }: ParameterSpec): BoxEdges {
  const width = upper - lower;
  if (!(width > 0 && width < Infinity)) return { lower: -Infinity, upper: Infinity, width: 1 };
  return {
    lower: lower <= support.lower ? -Infinity : lower,
    upper: upper >= support.upper ? Infinity : upper,
    width,
  };
}
