/**
 * Colours, sizes and fonts of every picture, in one place. The accents are from Okabe and Ito (2008, "Color Universal
 * Design"), which people with the common colour deficiencies can tell apart; lengths are CSS pixels.
 */
export const theme = {
  /** Outer width of a picture: what a README or a journal column shows without scaling. */
  width: 800,
  padding: 20,
  /** The first family is the widest of the four, and `textWidth` measures with it: text can only come out narrower. */
  fontFamily: "DejaVu Sans, Helvetica, Arial, sans-serif",
  size: { title: 17, subtitle: 13, label: 12.5, tick: 12 },
  background: "#ffffff",
  ink: "#1f2328",
  muted: "#57606a",
  rule: "#dfe3e8",
  /** What was observed or is known exactly: the quiet reference behind the estimate. */
  reference: "#c3c9d1",
  /** What the model says. */
  estimate: "#0072b2",
  /** Everything pooled as one group. */
  pooled: "#e69f00",
  /** Each group for itself. */
  alone: "#7b838d",
  /** What went wrong: divergences. */
  alarm: "#1f2328",
  /** Chains in this order, and again from the first, dashed, beyond the sixth. */
  chains: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"],
} as const;

/** The colour of the chain with this index, counted from 0. */
export function chainColour(index: number): string {
  return theme.chains[index % theme.chains.length] as string;
}

/** True when an earlier chain has the same colour already. */
export function isRepeatedColour(index: number): boolean {
  return index >= theme.chains.length;
}
