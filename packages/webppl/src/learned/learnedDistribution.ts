import { type Likelihood, PoolishError } from "@poolish/core";
import type { Scalar } from "../host/adNodes.ts";
import type { Distribution, DistributionType } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { groupScorer } from "./groupScorer.ts";
import { requireLikelihood } from "./requireLikelihood.ts";
import { sampleTrials } from "./sampleTrials.ts";
import { type ThetaRows, thetaRows } from "./thetaRows.ts";

/** What a program passes to `Learned`. */
export interface LearnedParams {
  readonly likelihood: Likelihood;
  /**
   * A number or a random value for each parameter, by name; or a vector of them, in order. With a vector for some
   * parameter, one number a group, the observed value is an array of groups.
   */
  readonly theta: unknown;
  /** Known inputs of the trials, by name: a number for all, or an array of one for each. */
  readonly conditions?: unknown;
  /** Trials that one draw has: an array of that length. Without it a draw is one bare trial. */
  readonly numTrials?: number;
}

/** A learned likelihood at one θ: the distribution of the trials of one group, or of several, each at its own. */
export interface LearnedDistribution extends Distribution {
  readonly params: LearnedParams;
  readonly likelihood: Likelihood;
  /** θ in the order of the likelihood's parameters, a row a group. */
  readonly theta: ThetaRows;
}

interface MutableLearned extends Distribution {
  readonly params: LearnedParams;
  likelihood: Likelihood;
  theta: ThetaRows;
}

export function isLearned(distribution: Distribution): distribution is LearnedDistribution {
  return (distribution as Partial<LearnedDistribution>).theta?.rows !== undefined;
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
    params: [
      { name: "likelihood" },
      { name: "theta" },
      { name: "conditions", optional: true },
      { name: "numTrials", optional: true },
    ],
    mixins: [host.base.continuousSupport, host.base.noHMC],
    constructor() {
      const { likelihood, theta } = this.params;
      requireLikelihood(likelihood);
      this.likelihood = likelihood;
      this.theta = thetaRows(host, likelihood, theta);
    },
    sample() {
      const groups = this.theta.rows.map((row) => sampleTrials(host, this, row));
      return this.theta.hasGroups ? groups : groups[0];
    },
    score(observed) {
      return sumOf(
        host,
        this.theta.rows.map((row, group) => score(this, row, groupOf(this, observed, group))),
      );
    },
    print() {
      const rows = this.theta.rows.map((row) =>
        this.likelihood.parameters.map(({ name }, p) => `${name}: ${host.ad.value(row[p])}`).join(", "),
      );
      return `Learned({ ${rows.join(" }, { ")} })`;
    },
  });
}

/** What one group of `learned` has observed. @throws PoolishError where there are not as many groups as rows of θ. */
export function groupOf({ theta }: { readonly theta: ThetaRows }, observed: unknown, group: number): unknown {
  if (!theta.hasGroups) return observed;
  if (Array.isArray(observed) && observed.length === theta.rows.length) return observed[group];
  const found = Array.isArray(observed) ? `${observed.length} groups` : typeof observed;
  throw new PoolishError(`theta has ${theta.rows.length} groups, the observed value has ${found}`, {
    kind: "input",
    field: "Learned",
    remedy: "Observe an array with the trials of each group, in the order of theta's vectors.",
  });
}

function sumOf({ ad }: WebpplHost, terms: readonly Scalar[]): Scalar {
  return terms.reduce((sum, term) => ad.scalar.add(sum, term));
}
