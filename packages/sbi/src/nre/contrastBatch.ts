import { type EncodedTerms, encodeColumn } from "@poolish/estimators";
import type { EncodedSimulations, Encoding } from "../encodedSimulations.ts";
import { columnOf, type Simulations } from "../simulations.ts";

/** Pairs of the θ and the x of a batch. */
export interface ContrastBatch {
  /** Features of the batch's θ rows. */
  readonly features: Float64Array;
  /**
   * Pairs each x of the simulations `indices` with its own θ and with those of the next K, around the circle: every θ
   * serves as often as every other. Pair s of row j is x number j − s; what it returns is valid until the next call.
   */
  gather(indices: Int32Array, K: number): EncodedTerms;
}

/** The pair in which θ number i + k of a batch, around the circle, meets x number i. */
export function pairOf(i: number, k: number, count: number, K: number): number {
  return ((i + k) % count) * (K + 1) + k;
}

export function createContrastBatch(
  simulations: Simulations,
  encoded: EncodedSimulations,
  { columns: specs }: Encoding,
  maxBatch: number,
  maxPairs: number,
): ContrastBatch {
  const numFeatures = encoded.features.length / encoded.count;
  const numConditions = encoded.conditions.length / encoded.count;
  const numParameters = simulations.parameters.length;
  const features = new Float64Array(maxBatch * numFeatures);
  const theta = new Float64Array(maxBatch * numParameters);
  const rowOfTerm = new Int32Array(maxPairs);
  const simulationOfTerm = new Int32Array(maxPairs);
  const columns = specs.map(() => new Float64Array(maxPairs));
  const conditions = new Float64Array(maxPairs * numConditions);
  const raw = specs.map((spec, c) => {
    const moves = spec.kind === "continuous" && (typeof spec.lower !== "number" || typeof spec.upper !== "number");
    return moves ? columnOf(simulations.x, specs.length, c) : undefined;
  });
  const x = new Float64Array(maxPairs);
  const unused = new Float64Array(maxPairs);
  return {
    features,
    gather(indices, K) {
      const count = indices.length;
      const numTerms = count * (K + 1);
      copyRows(encoded.features, numFeatures, indices, count, features);
      copyRows(simulations.theta, numParameters, indices, count, theta);
      for (let j = 0; j < count; j++) {
        for (let s = 0; s <= K; s++) {
          const t = j * (K + 1) + s;
          rowOfTerm[t] = j;
          simulationOfTerm[t] = indices[(j - s + count) % count];
        }
      }
      copyRows(encoded.conditions, numConditions, simulationOfTerm, numTerms, conditions);
      const rows = rowOfTerm.subarray(0, numTerms);
      for (let c = 0; c < specs.length; c++) {
        const spec = specs[c];
        const values = raw[c];
        // A column whose bound is a parameter looks different under every θ.
        copyRows(values ?? encoded.columns[c], 1, simulationOfTerm, numTerms, values === undefined ? columns[c] : x);
        if (values !== undefined && spec.kind === "continuous") {
          encodeColumn(spec, x, rows, theta, numParameters, columns[c], unused);
        }
      }
      return { numTerms, rowOfTerm: rows, columns, conditions };
    },
  };
}

/** Overwrites the first `count` rows of `to` with the rows `indices` of `from`. */
function copyRows(from: Float64Array, width: number, indices: Int32Array, count: number, to: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const start = indices[i] * width;
    for (let k = 0; k < width; k++) to[i * width + k] = from[start + k];
  }
}
