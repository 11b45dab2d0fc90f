import type { Likelihood, LikelihoodDescriptor } from "@poolish/core";
import { estimatorFromBytes } from "@poolish/estimators";

/** The likelihood that a descriptor stands for. */
export async function reviveLikelihood(descriptor: LikelihoodDescriptor): Promise<Likelihood> {
  if (descriptor.kind === "estimator") return estimatorFromBytes(descriptor.bytes);
  const exports = (await import(descriptor.url)) as Record<string, Likelihood | undefined>;
  const likelihood = exports[descriptor.exportName];
  if (likelihood === undefined) throw new Error(`${descriptor.url} does not export ${descriptor.exportName}`);
  return likelihood;
}
