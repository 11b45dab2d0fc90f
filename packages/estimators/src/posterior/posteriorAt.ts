import { isOnSupport, type LearnedDensity } from "@poolish/core";
import { createTermEncoder } from "../columns/termEncoder.ts";
import { encodedColumns } from "../density/densitySpec.ts";
import { createFrozenPosterior } from "./frozenPosterior.ts";
import { parameterCode } from "./parameterCode.ts";
import { decodeParameter, parameterGradient } from "./parameterColumns.ts";
import type { PosteriorSpec } from "./posteriorSpec.ts";

/** The density of θ at fixed summaries (those of all members, one after another): evaluation allocates little. */
export function createPosteriorAt(
  spec: PosteriorSpec,
  weights: Float32Array,
  summaries: Float64Array,
): Omit<LearnedDensity, "toDescriptor"> {
  const { parameters } = spec;
  const dim = parameters.length;
  const encoded = encodedColumns(spec.density);
  const density = createFrozenPosterior(spec, weights, 1, 1);
  const rowOfTerm = new Int32Array(1);
  const conditions = new Float64Array(0);
  const logTerms = new Float64Array(1);
  const adjoint = Float64Array.of(1);
  const columnGradients = encoded.map(() => new Float64Array(1));
  const drawn = encoded.map(() => new Float64Array(1));
  const setTerm = (columns: readonly Float64Array[]): void =>
    density.setTerms({ numTerms: 1, rowOfTerm, columns, conditions });
  return {
    dim,
    parameters,
    supports: parameters.map(({ support }) => support),
    logDensityAndGradient(position, gradient) {
      gradient.fill(0);
      for (let p = 0; p < dim; p++) if (!isOnSupport(parameters[p].support, position[p])) return -Infinity;
      const raw = encoded.map((column, p) => Float64Array.of(parameterCode(column, position[p])));
      const encoder = createTermEncoder(encoded, raw, rowOfTerm, 0);
      setTerm(encoder.columns);
      density.evaluate(summaries, 1, logTerms);
      for (const each of columnGradients) each[0] = 0;
      density.pullback(adjoint, { columns: columnGradients });
      for (let p = 0; p < dim; p++) gradient[p] = parameterGradient(encoded[p], position[p], columnGradients[p][0]);
      return logTerms[0] + encoder.logJacobian[0];
    },
    sample(rng, position) {
      setTerm(drawn);
      density.sample(rng, summaries, 1, drawn);
      for (let p = 0; p < dim; p++) position[p] = decodeParameter(encoded[p], drawn[p][0]);
    },
  };
}
