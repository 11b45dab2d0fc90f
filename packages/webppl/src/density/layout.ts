import type { Choice } from "./choice.ts";

/** A choice with its part of the buffers; views of `Layout`'s. */
export interface Slot {
  readonly choice: Choice;
  /** Where its part of `Layout.x` begins. */
  readonly offset: number;
  readonly u: Float64Array;
  /** What the bijector makes of u: the value itself, unless its bounds are random. */
  readonly x: Float64Array;
  readonly xGradient: Float64Array;
  readonly uGradient: Float64Array;
  /** The value as the program saw it; written by runs on plain numbers. */
  readonly value: Float64Array;
}

/** Where each choice lies: unconstrained values and gradients (length dim), values as the program saw them. */
export interface Layout {
  readonly dim: number;
  readonly slots: readonly Slot[];
  readonly position: Float64Array;
  /** What the bijectors make of `position`, and the derivatives by it. */
  readonly x: Float64Array;
  readonly xGradient: Float64Array;
  readonly values: Float64Array;
  readonly gradient: Float64Array;
}

export function layoutOf(choices: readonly Choice[]): Layout {
  const dim = choices.reduce((sum, { bijector }) => sum + (bijector?.unconstrainedSize ?? 0), 0);
  const size = choices.reduce((sum, { bijector }) => sum + (bijector?.constrainedSize ?? 0), 0);
  const position = new Float64Array(dim);
  const gradient = new Float64Array(dim);
  const values = new Float64Array(size);
  const x = new Float64Array(size);
  const xGradient = new Float64Array(size);
  let free = 0;
  let bound = 0;
  const slots = choices.map((choice) => {
    const numFree = choice.bijector?.unconstrainedSize ?? 0;
    const numBound = choice.bijector?.constrainedSize ?? 0;
    const slot = {
      choice,
      offset: bound,
      u: position.subarray(free, free + numFree),
      uGradient: gradient.subarray(free, free + numFree),
      value: values.subarray(bound, bound + numBound),
      x: x.subarray(bound, bound + numBound),
      xGradient: xGradient.subarray(bound, bound + numBound),
    };
    free += numFree;
    bound += numBound;
    return slot;
  });
  return { dim, slots, position, x, xGradient, values, gradient };
}
