import type { Likelihood, LikelihoodDescriptor } from "@poolish/core";
import {
  type DrawsDensity,
  type Estimator,
  estimatorFromBytes,
  type PosteriorEstimator,
  type RatioEstimator,
  type VectorFieldEstimator,
} from "@poolish/estimators";
import { type BoundTerm, boundBatch, type TermDescriptor } from "../learned/boundBatch.ts";
import { boundPrior } from "../learned/learnedPrior.ts";

/** The term that a descriptor stands for, on another thread. */
export async function reviveTerm(term: TermDescriptor): Promise<BoundTerm> {
  if (term.kind === "prior") {
    const { bytes, x } = term.density;
    const estimator = estimatorFromBytes<DrawsDensity | PosteriorEstimator | VectorFieldEstimator>(bytes);
    return boundPrior("at" in estimator ? estimator.at(x) : estimator);
  }
  return boundBatch(await reviveLikelihood(term.likelihood), term.trials, term.rowOfGroup, term.numRows);
}

async function reviveLikelihood(descriptor: LikelihoodDescriptor): Promise<Likelihood> {
  if (descriptor.kind === "estimator") return estimatorFromBytes<Estimator | RatioEstimator>(descriptor.bytes);
  if (descriptor.kind !== "module") throw new Error(`a likelihood of kind ${descriptor.kind} cannot be sent`);
  const exports = (await import(descriptor.url)) as Readonly<Record<string, Likelihood | undefined>>;
  const likelihood = exports[descriptor.exportName];
  if (typeof likelihood?.bind !== "function")
    throw new Error(`${descriptor.url} exports no likelihood ${descriptor.exportName}`);
  return likelihood;
}
