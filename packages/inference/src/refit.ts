import type { Likelihood } from "@poolish/core";
import type { Fit } from "./fit.ts";
import { type InferOptions, inferCompiled, requireOptions } from "./infer.ts";

export interface RefitOptions extends InferOptions {
  /** In the order of the fit's; each explains the same parameters, columns and conditions as the one that it replaces. */
  readonly likelihoods: readonly Likelihood[];
}

/**
 * Fits the same model to the same data with other likelihoods. Chains and draws are as many as the fit's unless told
 * (particles where the method is "smc").
 * @throws PoolishError as `infer` does, and for data that a likelihood cannot explain.
 */
export function refit(fit: Fit, { likelihoods, ...options }: RefitOptions): Promise<Fit> {
  if (likelihoods.length !== fit.likelihoods.length) {
    throw new Error(`the fit has ${fit.likelihoods.length} likelihoods, got ${likelihoods.length}`);
  }
  const { numChains: chains, numDraws } = fit;
  const counts = options.method === "smc" ? { particles: chains * numDraws } : { draws: numDraws };
  const settings = { chains, ...counts, ...options };
  requireOptions(settings);
  const model = { ...fit.model, likelihoods: likelihoods.map((likelihood) => likelihood.toDescriptor()) };
  return inferCompiled({ model, likelihoods }, settings);
}
