import { isOnSupport, PoolishError } from "@poolish/core";
import { logTransformSlope, transformValue } from "../columns/continuousColumn.ts";
import { encodedColumns, numDensityWeights } from "../density/densitySpec.ts";
import { estimatorToBytes } from "../estimatorToBytes.ts";
import { createFrozenDensity } from "../frozenDensity.ts";
import { decodeParameter, parameterGradient } from "../posterior/parameterColumns.ts";
import type { DrawsDensity, DrawsDensitySpec } from "./drawsSpec.ts";

/** Assembles a density of draws from its specification and flat weights, member after member (see `densityBlocks`). */
export function createDrawsDensity(spec: DrawsDensitySpec, weights: Float32Array): DrawsDensity {
  const { parameters, numMembers } = spec;
  const expected = numMembers * numDensityWeights(spec.density);
  if (weights.length !== expected) throw new Error(`expected ${expected} weights, got ${weights.length}`);
  const dim = parameters.length;
  const encoded = encodedColumns(spec.density);
  const density = createFrozenDensity(spec, weights, 1, 1);
  const features = new Float64Array(1);
  const columns = encoded.map(() => new Float64Array(1));
  const columnGradients = encoded.map(() => new Float64Array(1));
  const terms = { numTerms: 1, rowOfTerm: new Int32Array(1), columns, conditions: new Float64Array(0) };
  const logTerms = new Float64Array(1);
  const adjoint = Float64Array.of(1);
  /** The log-density; leaves the density at `position`, for a pullback. */
  const evaluate = (position: ArrayLike<number>, from: number): number => {
    let logJacobian = 0;
    for (let p = 0; p < dim; p++) {
      const x = position[from + p];
      const column = encoded[p];
      if (column.kind !== "continuous" || !isOnSupport(parameters[p].support, x)) return -Infinity;
      const [lower, upper] = [Number(column.lower), Number(column.upper)];
      columns[p][0] = (transformValue(column, x, lower, upper) - column.mean) / column.standardDeviation;
      logJacobian += logTransformSlope(column, x, lower, upper) - Math.log(column.standardDeviation);
    }
    density.setTerms(terms);
    density.evaluate(features, 1, logTerms);
    return logTerms[0] + logJacobian;
  };
  return {
    spec,
    weights,
    dim,
    parameters,
    supports: parameters.map(({ support }) => support),
    logDensityAndGradient(position, gradient) {
      gradient.fill(0);
      const value = evaluate(position, 0);
      if (value === -Infinity) return value;
      for (const each of columnGradients) each[0] = 0;
      density.pullback(adjoint, { columns: columnGradients });
      for (let p = 0; p < dim; p++) gradient[p] = parameterGradient(encoded[p], position[p], columnGradients[p][0]);
      return value;
    },
    logProb(theta) {
      requireRows(theta.length, dim);
      return Float64Array.from({ length: theta.length / dim }, (_, row) => evaluate(theta, row * dim));
    },
    sample(rng, position) {
      density.setTerms(terms);
      density.sample(rng, features, 1, columns);
      for (let p = 0; p < dim; p++) position[p] = decodeParameter(encoded[p], columns[p][0]);
    },
    toDescriptor: () => ({ kind: "estimator", bytes: estimatorToBytes({ spec, weights }), x: new Float64Array(0) }),
  };
}

function requireRows(length: number, dim: number): void {
  if (length % dim === 0) return;
  throw new PoolishError(`got ${length} numbers, expected a multiple of ${dim}, the number of parameters`, {
    kind: "input",
    field: "theta",
    remedy: "Pass rows of numbers, one after another.",
  });
}
