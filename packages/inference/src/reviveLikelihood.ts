import type { Likelihood, LikelihoodDescriptor } from "@poolish/core";
import { estimatorFromBytes } from "@poolish/estimators";

/** The likelihood that a descriptor stands for. One that cannot leave its thread is never asked for: a bug, which throws. */
export async function reviveLikelihood(descriptor: LikelihoodDescriptor): Promise<Likelihood> {
  if (descriptor.kind === "estimator") return estimatorFromBytes(descriptor.bytes);
  if (descriptor.kind === "inline") throw new Error(`the likelihood ${descriptor.name} cannot leave its thread`);
  const exports = (await import(descriptor.url)) as Record<string, Likelihood | undefined>;
  const likelihood = exports[descriptor.exportName];
  if (likelihood === undefined) throw new Error(`${descriptor.url} does not export ${descriptor.exportName}`);
  return likelihood;
}
