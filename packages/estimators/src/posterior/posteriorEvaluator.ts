import { isOnSupport, type Rng } from "@poolish/core";
import { createTermEncoder } from "../columns/termEncoder.ts";
import { encodedColumns } from "../density/densitySpec.ts";
import { createFrozenPosterior, summaryWidth } from "./frozenPosterior.ts";
import { decodeParameter } from "./parameterColumns.ts";
import type { PosteriorSpec } from "./posteriorSpec.ts";

/** Summaries of one observation for all θ, or of one for each: row-major. */
export interface SummaryRows {
  readonly summaries: Float64Array;
  readonly numRows: number;
}

/** The frozen density of θ for calls by hand: owns its buffers. */
export interface PosteriorEvaluator {
  /** Overwrites `out` with the log-densities of `columns` (θ by parameter, categories as codes). */
  logProb(columns: readonly Float64Array[], rows: SummaryRows, out: Float64Array): void;
  /** Overwrites `out` (numRows × count × numParameters) with draws of θ. */
  sample(rng: Rng, rows: SummaryRows, count: number, out: Float64Array): void;
}

/** Rows and terms that go through at once. */
const BLOCK = 1024;

export function createPosteriorEvaluator(spec: PosteriorSpec, weights: Float32Array): PosteriorEvaluator {
  const density = createFrozenPosterior(spec, weights, BLOCK, BLOCK);
  const encoded = encodedColumns(spec.density);
  const width = summaryWidth(spec);
  const logTerms = new Float64Array(BLOCK);
  const drawn = encoded.map(() => new Float64Array(BLOCK));
  const conditions = new Float64Array(0);
  return {
    logProb(columns, { summaries, numRows }, out) {
      const count = out.length;
      for (let first = 0; first < count; first += BLOCK) {
        const numTerms = Math.min(BLOCK, count - first);
        const rowOfTerm = Int32Array.from({ length: numTerms }, (_, i) => (numRows === 1 ? 0 : i));
        const raw = columns.map((column) => column.subarray(first, first + numTerms));
        const encoder = createTermEncoder(encoded, raw, rowOfTerm, 0);
        density.setTerms({ numTerms, rowOfTerm, columns: encoder.columns, conditions });
        const own = numRows === 1 ? summaries : summaries.subarray(first * width, (first + numTerms) * width);
        density.evaluate(own, numRows === 1 ? 1 : numTerms, logTerms);
        for (let i = 0; i < numTerms; i++) out[first + i] = logTerms[i] + encoder.logJacobian[i];
      }
    },
    sample(rng, { summaries, numRows }, count, out) {
      const total = numRows * count;
      for (let first = 0; first < total; first += BLOCK) {
        const numTerms = Math.min(BLOCK, total - first);
        const firstRow = Math.floor(first / count);
        const endRow = Math.floor((first + numTerms - 1) / count) + 1;
        const rowOfTerm = Int32Array.from({ length: numTerms }, (_, i) => Math.floor((first + i) / count) - firstRow);
        density.setTerms({ numTerms, rowOfTerm, columns: drawn, conditions });
        density.sample(rng, summaries.subarray(firstRow * width, endRow * width), endRow - firstRow, drawn);
        for (let i = 0; i < numTerms; i++) {
          for (let p = 0; p < encoded.length; p++) {
            out[(first + i) * encoded.length + p] = decodeParameter(encoded[p], drawn[p][i]);
          }
        }
      }
    },
  };
}

/** Whether row `row` of θ lies on the supports. */
export function isOnSupports({ parameters }: PosteriorSpec, theta: ArrayLike<number>, row: number): boolean {
  const width = parameters.length;
  for (let p = 0; p < width; p++) if (!isOnSupport(parameters[p].support, theta[row * width + p])) return false;
  return true;
}
