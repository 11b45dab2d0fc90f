import type { Likelihood, LikelihoodDescriptor } from "@poolish/core";
import { type Estimator, estimatorFromBytes, type RatioEstimator } from "@poolish/estimators";
import { priorLikelihood } from "@poolish/ppl";
import { reviveDensity } from "./reviveDensity.ts";

/** The likelihood that a descriptor stands for. One that cannot leave its thread is never asked for: a bug, which throws. */
export async function reviveLikelihood(descriptor: LikelihoodDescriptor): Promise<Likelihood> {
  if (descriptor.kind === "estimator") return estimatorFromBytes<Estimator | RatioEstimator>(descriptor.bytes);
  if (descriptor.kind === "density") return priorLikelihood(reviveDensity(descriptor));
  if (descriptor.kind === "inline") throw new Error(`the likelihood ${descriptor.name} cannot leave its thread`);
  const exports = (await import(descriptor.url)) as Record<string, Likelihood | undefined>;
  const likelihood = exports[descriptor.exportName];
  if (likelihood === undefined) throw new Error(`${descriptor.url} does not export ${descriptor.exportName}`);
  return likelihood;
}
