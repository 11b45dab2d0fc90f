import { type EncodedTerms, encodeColumn } from "@poolish/estimators";
import type { EncodedSimulations, Encoding } from "../encodedSimulations.ts";
import { columnOf, type Simulations } from "../simulations.ts";

/** Simulations of which each x meets its own θ and those of the next K of the group, around the circle. */
export interface ContrastGroup {
  readonly indices: Int32Array;
  readonly numContrasts: number;
}

/** Pairs of θ and x. */
export interface ContrastBatch {
  /** Features of the groups' θ rows, one group after another. */
  readonly features: Float64Array;
  /**
   * The pairs of all groups: every θ of a group serves as often as every other. Pair s of row j of a group is its x number
   * j − s; what is returned is valid until the next call.
   */
  gather(groups: readonly ContrastGroup[]): EncodedTerms;
}

/** The pair of a group in which θ number i + k, around the circle, meets x number i. */
export function pairOf(i: number, k: number, count: number, K: number): number {
  return ((i + k) % count) * (K + 1) + k;
}

export function createContrastBatch(
  simulations: Simulations,
  encoded: EncodedSimulations,
  { columns: specs }: Encoding,
  maxRows: number,
  maxPairs: number,
): ContrastBatch {
  const numFeatures = encoded.features.length / encoded.count;
  const numConditions = encoded.conditions.length / encoded.count;
  const numParameters = simulations.parameters.length;
  const features = new Float64Array(maxRows * numFeatures);
  const theta = new Float64Array(maxRows * numParameters);
  const simulationOfRow = new Int32Array(maxRows);
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
    gather(groups) {
      let row = 0;
      let numTerms = 0;
      for (const { indices, numContrasts } of groups) {
        const count = indices.length;
        for (let j = 0; j < count; j++, row++) {
          simulationOfRow[row] = indices[j];
          for (let s = 0; s <= numContrasts; s++, numTerms++) {
            rowOfTerm[numTerms] = row;
            simulationOfTerm[numTerms] = indices[(j - s + count) % count];
          }
        }
      }
      copyRows(encoded.features, numFeatures, simulationOfRow, row, features);
      copyRows(simulations.theta, numParameters, simulationOfRow, row, theta);
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
