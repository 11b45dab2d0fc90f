import type { InferenceData } from "@poolish/core";
import type { SampleBasedMarginal } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { elementNames, type Variable } from "../names/variables.ts";
import { type PosteriorDiagnostics, posteriorDiagnostics } from "./diagnostics.ts";
import { inferenceDataOf } from "./inferenceDataOf.ts";
import type { NutsOptions } from "./nutsOptions.ts";
import type { ProgramChain } from "./sampleChains.ts";
import { summarize } from "./summary.ts";

/** What NUTS knows beyond the draws of the model's return value. */
export interface PosteriorDetails {
  /** One name for each number that was sampled: "mu", "rate[5]". */
  readonly names: readonly string[];
  readonly seed: number;
  readonly diagnostics: PosteriorDiagnostics;
  /** The choices (not the return values) on their own scale, by chain and draw. */
  readonly inferenceData: InferenceData;
}

/** A WebPPL marginal over the model's return values, in the order of chains and draws, that prints as its summary. */
export interface Posterior extends SampleBasedMarginal {
  readonly poolish: PosteriorDetails;
}

export function posteriorOf(
  host: WebpplHost,
  variables: readonly Variable[],
  chains: readonly ProgramChain[],
  options: NutsOptions,
): Posterior {
  const samples = chains.flatMap(({ generated }) => generated.map(({ value, score }) => ({ value, score })));
  const marginal = new host.dists.SampleBasedMarginal({ samples, numSamples: samples.length });
  const posterior = Object.assign(marginal, {
    poolish: {
      names: variables.flatMap(elementNames),
      seed: options.seed,
      diagnostics: posteriorDiagnostics(chains),
      inferenceData: inferenceDataOf(variables, chains, options),
    },
    // WebPPL would print thousands of draws with one probability each.
    print: () => String(summarize(posterior)),
  });
  return posterior;
}
