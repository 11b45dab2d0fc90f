import { isOnSupport, PoolishError } from "@poolish/core";
import { encodeColumn } from "../../columns/termEncoder.ts";
import type { VectorFieldEstimatorSpec } from "../vectorFieldEstimator.ts";

/** θ as a field sees it. */
export interface EncodedTheta {
  /** count × D. */
  readonly y: Float64Array;
  /** log |dy/dθ| of each row; -Infinity off the support. */
  readonly logJacobian: Float64Array;
}

const NO_THETA = new Float64Array(0);

/**
 * Encodes rows of θ; one off the support stands at the centre of the training box.
 * @throws PoolishError unless there are as many rows as observations, or a single observation.
 */
export function encodeTheta(
  { parameters, density }: VectorFieldEstimatorSpec,
  theta: ArrayLike<number>,
  numObservations: number,
): EncodedTheta {
  const D = parameters.length;
  const count = theta.length / D;
  if (!Number.isInteger(count) || (numObservations !== 1 && count !== numObservations)) {
    const rows = numObservations === 1 ? "rows" : `${numObservations} rows, one for each observation,`;
    throw new PoolishError(`got ${theta.length} numbers, expected ${rows} of ${D}`, {
      kind: "input",
      field: "theta",
      remedy: "Pass rows of numbers.",
    });
  }
  const logJacobian = new Float64Array(count);
  const y = new Float64Array(count * D);
  const isOff = Array.from({ length: count }, (_, i) =>
    parameters.some(({ support }, p) => !isOnSupport(support, theta[i * D + p])),
  );
  const itself = Int32Array.from({ length: count }, (_, i) => i);
  const encoded = new Float64Array(count);
  density.columns.forEach((column, p) => {
    const [lower, upper] = parameters[p].box;
    const values = Float64Array.from(isOff, (off, i) => (off ? 0.5 * (lower + upper) : theta[i * D + p]));
    encodeColumn(column, values, itself, NO_THETA, 0, encoded, logJacobian);
    for (let i = 0; i < count; i++) y[i * D + p] = encoded[i];
  });
  return { y, logJacobian: logJacobian.map((value, i) => (isOff[i] ? -Infinity : value)) };
}
