import { createTermEncoder, type EncodedColumn, fitParameterColumn, parameterCode } from "@poolish/estimators";
import { rowsOf } from "../plan/rowsOf.ts";
import { columnOf, type Simulations } from "../simulations.ts";

/** θ of all simulations as a density sees them: unbounded and standardised. */
export interface EncodedParameters {
  readonly encoding: readonly EncodedColumn[];
  /** One array a parameter. */
  readonly columns: readonly Float64Array[];
  /** What the log-density of θ has beyond that of the columns, one for each simulation. */
  readonly logJacobian: Float64Array;
}

/** By `fit`, measured on the simulations `training`. */
export function encodeParameters(
  { parameters, theta, count }: Simulations,
  training: Int32Array,
  fit: typeof fitParameterColumn = fitParameterColumn,
): EncodedParameters {
  const width = parameters.length;
  const trainingTheta = rowsOf(theta, width, training);
  const encoding = parameters.map((parameter, p) => fit(parameter, columnOf(trainingTheta, width, p)));
  const raw = encoding.map((column, p) => columnOf(theta, width, p).map((value) => parameterCode(column, value)));
  const itself = Int32Array.from({ length: count }, (_, i) => i);
  const { columns, logJacobian } = createTermEncoder(encoding, raw, itself, 0);
  return { encoding, columns, logJacobian };
}
