import type { ConditionalDensity } from "./density/conditionalDensity.ts";
import { createDensity } from "./density/createDensity.ts";
import { createEnsembleDensity } from "./density/createEnsembleDensity.ts";
import { numDensityWeights } from "./density/densitySpec.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";

/** The density of an estimator with its weights set: one member, or the mean of several. */
export function createFrozenDensity(
  { density, numMembers }: Pick<EstimatorSpec, "density" | "numMembers">,
  weights: Float32Array,
  maxRows: number,
  maxTerms: number,
): ConditionalDensity {
  const each = numDensityWeights(density);
  const members = Array.from({ length: numMembers }, (_, k) => {
    const member = createDensity(density, maxRows, maxTerms);
    member.setWeights(weights.subarray(k * each, (k + 1) * each));
    return member;
  });
  return createEnsembleDensity(members, maxTerms);
}
