/** The comparisons that WebPPL applies to numbers and AD values alike, by their names in `ad.scalar`. */
export const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  neq: (a, b) => a !== b,
  peq: (a, b) => a === b,
  pneq: (a, b) => a !== b,
  gt: (a, b) => a > b,
  lt: (a, b) => a < b,
  geq: (a, b) => a >= b,
  leq: (a, b) => a <= b,
  isNaN: (a) => Number.isNaN(a),
  isFinite: (a) => Number.isFinite(a),
};
