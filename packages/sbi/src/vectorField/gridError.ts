import { createDensity, numDensityWeights, type VectorFieldSpec } from "@poolish/estimators";
import type { EncodedSimulations } from "../encodedSimulations.ts";

/** Simulations on which the grid is judged, and how much finer the grid is that judges it. */
const MOST_JUDGED = 256;
const FINER = 4;

/**
 * What the fixed grid of `spec` costs: the root mean square, over some simulations, of the difference between its log-density
 * and that of a grid four times as fine, in nats.
 */
export function gridError(spec: VectorFieldSpec, weights: Float32Array, simulations: EncodedSimulations): number {
  const numTerms = Math.min(MOST_JUDGED, simulations.count);
  const rowOfTerm = Int32Array.from({ length: numTerms }, (_, i) => i);
  const columns = simulations.columns.map((column) => column.subarray(0, numTerms));
  const conditions = simulations.conditions.subarray(0, numTerms * spec.numConditions);
  const own = weights.subarray(0, numDensityWeights(spec));
  const [coarse, fine] = [spec.numSteps, FINER * spec.numSteps].map((numSteps) => {
    const density = createDensity({ ...spec, numSteps }, numTerms, numTerms);
    const logTerms = new Float64Array(numTerms);
    density.setWeights(own);
    density.setTerms({ numTerms, rowOfTerm, columns, conditions });
    density.evaluate(simulations.features, numTerms, logTerms);
    return logTerms;
  });
  return Math.sqrt(coarse.reduce((sum, value, i) => sum + (value - fine[i]) ** 2 / numTerms, 0));
}
