import { type Likelihood, PoolishError, rngFromSeed } from "@poolish/core";
import type { Scalar } from "../host/adNodes.ts";
import type { Distribution, DistributionType } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { groupScorer } from "./groupScorer.ts";
import { requireLikelihood } from "./requireLikelihood.ts";
import { thetaArguments } from "./thetaArguments.ts";

/** What a program passes to `Learned`. */
export interface LearnedParams {
  readonly likelihood: Likelihood;
  /** A number or a random value for each parameter, by name. */
  readonly theta: Readonly<Record<string, unknown>>;
  /** Trials that one draw has: an array of that length. Without it a draw is one bare trial. */
  readonly numTrials?: number;
}

/** A learned likelihood at one θ: the distribution of the trials of one group. */
export interface LearnedDistribution extends Distribution {
  readonly likelihood: Likelihood;
  /** θ in the order of the likelihood's parameters. */
  readonly thetaArguments: readonly Scalar[];
}

interface MutableLearned extends Distribution {
  readonly params: LearnedParams;
  likelihood: Likelihood;
  thetaArguments: readonly Scalar[];
}

export function isLearned(distribution: Distribution): distribution is LearnedDistribution {
  return (distribution as Partial<LearnedDistribution>).thetaArguments !== undefined;
}

/**
 * The distribution type `Learned` for WebPPL. Its value is one group's trials: see `trialColumns` for their shapes.
 * Under stock methods each observation is scored at once; our NUTS collects those of a whole run first.
 */
export function learnedType(host: WebpplHost): DistributionType<LearnedDistribution, LearnedParams> {
  const score = groupScorer(host);
  return host.base.makeDistributionType<MutableLearned, LearnedParams>({
    name: "Learned",
    // No types here: WebPPL would walk through the whole network each time that a distribution is made.
    params: [{ name: "likelihood" }, { name: "theta" }, { name: "numTrials", optional: true }],
    mixins: [host.base.continuousSupport, host.base.noHMC],
    constructor() {
      const { likelihood, theta } = this.params;
      requireLikelihood(likelihood);
      this.likelihood = likelihood;
      this.thetaArguments = thetaArguments(host.ad, likelihood, theta);
    },
    sample() {
      const theta = Float64Array.from(this.thetaArguments, (argument) => host.ad.value(argument));
      return sampleTrials(host, this.likelihood, theta, this.params.numTrials);
    },
    score(trials) {
      return score(this, trials);
    },
    print() {
      const theta = this.likelihood.parameters.map(
        ({ name }, p) => `${name}: ${host.ad.value(this.thetaArguments[p])}`,
      );
      return `Learned({ ${theta.join(", ")} })`;
    },
  });
}

/** One bare trial, or an array of `numTrials`; seeded by WebPPL's own stream. */
function sampleTrials(
  host: WebpplHost,
  likelihood: Likelihood,
  theta: Float64Array,
  numTrials: number | undefined,
): unknown {
  if (likelihood.sample === undefined) {
    throw new PoolishError("this likelihood cannot draw data", {
      kind: "model",
      field: "likelihood",
      remedy: "Use Learned in observe only.",
    });
  }
  const count = numTrials ?? 1;
  const numColumns = likelihood.columns.length;
  const values = new Float64Array(count * numColumns);
  likelihood.sample(rngFromSeed(Math.floor(host.util.random() * 2 ** 53)), theta, count, values);
  const trials = Array.from({ length: count }, (_, i) =>
    numColumns === 1
      ? values[i]
      : Object.fromEntries(likelihood.columns.map(({ name }, c) => [name, values[i * numColumns + c]])),
  );
  return numTrials === undefined ? trials[0] : trials;
}
