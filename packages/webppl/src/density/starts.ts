import { type LearnedDensity, type LogDensity, rngFromSeed } from "@poolish/core";
import type { Choice } from "./choice.ts";

/** Draws of a learned density that chains may start at. */
const NUM_STARTS = 32;

/** Where chains may start some coordinates of the position: plain data, that goes to threads. */
export interface Starts {
  /** The first of the coordinates, and how many there are. */
  readonly offset: number;
  readonly size: number;
  /** Rows of `size` numbers. */
  readonly rows: Float64Array;
}

/** Draws of `density` on the unconstrained scale, one after another; the same in each run of a program. */
export function startsOf({ dim, sample }: LearnedDensity, { bijector }: Choice): Float64Array {
  const x = new Float64Array(dim);
  const rows = new Float64Array(NUM_STARTS * dim);
  for (const [i, rng] of rngFromSeed(0).split(NUM_STARTS).entries()) {
    sample(rng, x);
    bijector?.unconstrain(x, rows.subarray(i * dim, (i + 1) * dim));
  }
  return rows;
}

/** Those of the choices that have some, in the order of the position. */
export function startsIn(choices: readonly Choice[]): readonly Starts[] {
  let offset = 0;
  return choices.flatMap(({ bijector, starts: rows }) => {
    const size = bijector?.unconstrainedSize ?? 0;
    offset += size;
    return rows === undefined ? [] : [{ offset: offset - size, size, rows }];
  });
}

/** One of the rows for each: see `LogDensity.drawStart`; undefined where there are none. */
export function drawStart(all: readonly Starts[]): LogDensity["drawStart"] {
  if (all.length === 0) return undefined;
  return (rng, position) => {
    for (const { offset, size, rows } of all) {
      const row = Math.floor((rng.uniform() * rows.length) / size);
      position.set(rows.subarray(row * size, (row + 1) * size), offset);
    }
  };
}
