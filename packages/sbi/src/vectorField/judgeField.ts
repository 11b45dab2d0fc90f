import { createDensity, numDensityWeights, type VectorFieldSpec } from "@poolish/estimators";
import { logSumExp } from "@poolish/math";
import { createSimulationBatch, type EncodedSimulations } from "../encodedSimulations.ts";

/** Held-out simulations that are judged, and how much finer the grid is that judges the grid. */
const MOST_JUDGED = 128;
const FINER = 2;

/** What a trained field's density is worth, in nats. */
export interface JudgedField {
  /**
   * What the fixed grid costs: the root mean square difference between its log-density and that of a grid twice as fine,
   * over held-out simulations, of the first member.
   */
  readonly gridError: number;
  /** Mean held-out log-density of the columns, before they are encoded; of the mean of the members' densities. */
  readonly heldOutLogDensity: number;
}

/** Judges the members' flat weights on some of the simulations `heldOut`. */
export function judgeField(
  spec: VectorFieldSpec,
  weights: Float32Array,
  simulations: EncodedSimulations,
  heldOut: Int32Array,
): JudgedField {
  const rows = heldOut.subarray(0, MOST_JUDGED);
  const batch = createSimulationBatch(simulations, rows.length);
  const terms = batch.gather(rows);
  const each = numDensityWeights(spec);
  const evaluate = (member: number, numSteps: number): Float64Array => {
    const density = createDensity({ ...spec, numSteps }, rows.length, rows.length);
    density.setWeights(weights.subarray(member * each, (member + 1) * each));
    density.setTerms(terms);
    const logTerms = new Float64Array(rows.length);
    density.evaluate(batch.features, rows.length, logTerms);
    return logTerms;
  };
  const members = Array.from({ length: weights.length / each }, (_, k) => evaluate(k, spec.numSteps));
  const fine = evaluate(0, FINER * spec.numSteps);
  const squares = members[0].map((value, i) => (value - fine[i]) ** 2 / rows.length);
  const logMeans = fine.map(
    (_, i) => logSumExp(Float64Array.from(members, (own) => own[i])) - Math.log(members.length) + batch.logJacobian[i],
  );
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  return { gridError: Math.sqrt(sum(squares)), heldOutLogDensity: sum(logMeans) / rows.length };
}
