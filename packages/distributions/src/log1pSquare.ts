/** log(1 + r²) for any finite r, also where r² overflows. */
export function log1pSquare(r: number): number {
  // Above 1e8 the 1 is below the resolution of r².
  return Math.abs(r) > 1e8 ? 2 * Math.log(Math.abs(r)) : Math.log1p(r * r);
}

/** Its derivative 2r / (1 + r²). */
export function log1pSquareSlope(r: number): number {
  return Math.abs(r) > 1 ? 2 / (1 / r + r) : (2 * r) / (1 + r * r);
}
