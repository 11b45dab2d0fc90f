import { createDensity, type VectorFieldSpec } from "@poolish/estimators";
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

/** A field of an ensemble: its flat weights, and the simulations with the features that it is given. */
export interface JudgedMember {
  readonly weights: Float32Array;
  readonly simulations: EncodedSimulations;
}

/** Judges members on some of the simulations `heldOut`. */
export function judgeField(spec: VectorFieldSpec, members: readonly JudgedMember[], heldOut: Int32Array): JudgedField {
  const rows = heldOut.subarray(0, MOST_JUDGED);
  const evaluate = ({ weights, simulations }: JudgedMember, numSteps: number): Float64Array => {
    const batch = createSimulationBatch(simulations, rows.length);
    const density = createDensity({ ...spec, numSteps }, rows.length, rows.length);
    density.setWeights(weights);
    density.setTerms(batch.gather(rows));
    const logTerms = new Float64Array(rows.length);
    density.evaluate(batch.features, rows.length, logTerms);
    return logTerms;
  };
  const coarse = members.map((member) => evaluate(member, spec.numSteps));
  const fine = evaluate(members[0], FINER * spec.numSteps);
  const squares = coarse[0].map((value, i) => (value - fine[i]) ** 2 / rows.length);
  const { logJacobian } = members[0].simulations;
  const logMeans = fine.map(
    (_, i) => logSumExp(Float64Array.from(coarse, (own) => own[i])) - Math.log(coarse.length) + logJacobian[rows[i]],
  );
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  return { gridError: Math.sqrt(sum(squares)), heldOutLogDensity: sum(logMeans) / rows.length };
}
