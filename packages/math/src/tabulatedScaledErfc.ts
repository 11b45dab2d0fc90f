import { scaledErfc } from "./scaledErfc.ts";

/** Pieces of (0, 1] in t = 4 / (4 + x), each with a polynomial of degree 5 in the position within the piece. */
const NUM_PIECES = 128;
const NUM_COEFFICIENTS = 6;
const table = makeTable();

/**
 * `scaledErfc`, four times as fast: piecewise interpolation in 4 / (4 + x) (the variable of S. G. Johnson's Faddeeva
 * package), from a table that `scaledErfc` fills when the module loads. Relative error below 1e-13 for 0 ≤ x ≤ 1e8;
 * a negative argument or NaN gives NaN, Infinity gives 0.
 */
export function tabulatedScaledErfc(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x > 50) return asymptotic(x);
  const scaled = (4 * NUM_PIECES) / (4 + x);
  const piece = scaled >= NUM_PIECES ? NUM_PIECES - 1 : Math.floor(scaled);
  const u = scaled - piece - 0.5;
  const at = piece * NUM_COEFFICIENTS;
  return (
    table[at] +
    u * (table[at + 1] + u * (table[at + 2] + u * (table[at + 3] + u * (table[at + 4] + u * table[at + 5]))))
  );
}

/** The first four terms of the asymptotic series (DLMF 7.12.1); beyond x = 50 the next is below 1e-15 of the sum. */
function asymptotic(x: number): number {
  if (x === Infinity) return 0;
  const s = 0.5 / (x * x);
  return (1 - s * (1 - 3 * s * (1 - 5 * s * (1 - 7 * s)))) / (x * Math.sqrt(Math.PI));
}

function makeTable(): Float64Array {
  const coefficients = new Float64Array(NUM_PIECES * NUM_COEFFICIENTS);
  for (let piece = 0; piece < NUM_PIECES; piece++) {
    coefficients.set(interpolate(piece), piece * NUM_COEFFICIENTS);
  }
  return coefficients;
}

/** Newton's interpolation at the Chebyshev nodes of the piece, expanded in powers of u from -½ to ½. */
function interpolate(piece: number): Float64Array {
  const nodes = Array.from(
    { length: NUM_COEFFICIENTS },
    (_, k) => 0.5 * Math.cos((Math.PI * (k + 0.5)) / NUM_COEFFICIENTS),
  );
  const differences = nodes.map((u) => scaledErfc((4 * NUM_PIECES) / (piece + 0.5 + u) - 4));
  for (let order = 1; order < NUM_COEFFICIENTS; order++) {
    for (let k = NUM_COEFFICIENTS - 1; k >= order; k--) {
      differences[k] = (differences[k] - differences[k - 1]) / (nodes[k] - nodes[k - order]);
    }
  }
  const powers = new Float64Array(NUM_COEFFICIENTS);
  for (let k = NUM_COEFFICIENTS - 1; k >= 0; k--) {
    for (let p = NUM_COEFFICIENTS - 1; p > 0; p--) powers[p] = powers[p - 1] - nodes[k] * powers[p];
    powers[0] = differences[k] - nodes[k] * powers[0];
  }
  return powers;
}
