import type { Likelihood } from "@poolish/core";
import type { Scalar, ScalarNode } from "../host/adNodes.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { type LikelihoodBatch, likelihoodBatch } from "./likelihoodBatch.ts";

/** Groups that a program makes afresh in each run are known by their contents; this many are remembered a likelihood. */
const MAX_REMEMBERED = 1000;

/** What is scored, without its rows of θ. */
interface Scored {
  readonly likelihood: Likelihood;
  readonly params: { readonly conditions?: unknown };
}

/** log p(trials | a row of θ) as a number, or as a node when θ is being differentiated. */
export type GroupScorer = (learned: Scored, theta: readonly Scalar[], trials: unknown) => Scalar;

/** Scores one group at a time, for stock MH, SMC, HMC, … Data are bound once for each array of trials. */
export function groupScorer(host: WebpplHost): GroupScorer {
  const batchesOf = new WeakMap<Likelihood, ReturnType<typeof batchCache>>();
  return ({ likelihood, params: { conditions } }, theta, trials) => {
    let batchFor = batchesOf.get(likelihood);
    if (batchFor === undefined) {
      batchFor = batchCache(likelihood);
      batchesOf.set(likelihood, batchFor);
    }
    const batch = batchFor(trials, conditions);
    batch.clear();
    batch.push(theta, trials, conditions);
    return scoreNode(host, batch, theta);
  };
}

function batchCache(likelihood: Likelihood): (trials: unknown, conditions: unknown) => LikelihoodBatch {
  const byIdentity = new WeakMap<object, LikelihoodBatch>();
  const byContents = new Map<string, LikelihoodBatch>();
  return (trials, conditions) => {
    // With conditions, the same trials may stand for several groups.
    const identity = typeof trials === "object" && trials !== null && conditions === undefined ? trials : undefined;
    const known = identity === undefined ? undefined : byIdentity.get(identity);
    if (known !== undefined) return known;
    const key = JSON.stringify([trials, conditions]);
    const batch = byContents.get(key) ?? likelihoodBatch(likelihood);
    if (byContents.size >= MAX_REMEMBERED) byContents.clear();
    byContents.set(key, batch);
    if (identity !== undefined) byIdentity.set(identity, batch);
    return batch;
  };
}

function scoreNode(host: WebpplHost, batch: LikelihoodBatch, theta: readonly Scalar[]): Scalar {
  const parents = theta.filter((argument): argument is ScalarNode => typeof argument !== "number");
  const value = batch.logLikelihood(parents.length > 0);
  if (parents.length === 0 || !Number.isFinite(value)) return value;
  // A copy, because stock HMC walks back through old traces again after the batch has moved on.
  const gradient = batch.gradient.filter((_, p) => typeof theta[p] !== "number");
  return new host.ScalarNode(value, parents, parents, function () {
    for (let p = 0; p < parents.length; p++) parents[p].dx += this.dx * gradient[p];
  });
}
