import { isOnSupport, type Likelihood, type ParameterSpec, type Rng } from "@poolish/core";
import type { Fit, LearnedRows } from "@poolish/inference";
import type { JointPrior } from "../jointPrior.ts";

/** Where to simulate next: θ, and the conditions of a trial with that θ. Conditions are those of the last θ drawn. */
export interface Proposal {
  readonly prior: JointPrior;
  readonly conditions: JointPrior;
}

/** Groups that have not been seen may lie this far beyond the training box, as a share of its width. */
const FARTHEST = 0.5;
/** New groups that are drawn for one θ, at most. */
const MOST_ATTEMPTS = 20;

/**
 * Draws θ where a fit needs the likelihood: one half of the time a θ row of the data's own groups at a posterior draw, the
 * other half that of a new group, drawn from the model's group-level priors at the posterior draw's other values, so that
 * groups have somewhere to go. A new group off the likelihood's support, or more than half a width beyond its box, is
 * drawn again: a network that must follow wild values is worse where the data are. Without plates all are of the first
 * kind. Sites are the learned ones of the likelihood, row for row alike.
 */
export function posteriorProposal(fit: Fit, sites: readonly LearnedRows[], likelihood: Likelihood): Proposal {
  const { parameters, conditions } = likelihood;
  const width = parameters.length;
  const thetas = sites.map(({ numRows }) => new Float64Array(numRows * width));
  const trials = sites.map(trialsOfRows);
  const hasPlates = Object.keys(fit.model.coords).length > 0;
  let known: Float64Array = new Float64Array(0);
  const pick = (rng: Rng): { s: number; draw: number; row: number } => {
    const s = integer(rng, sites.length);
    return { s, draw: integer(rng, fit.numChains * fit.numDraws), row: integer(rng, sites[s].numRows) };
  };
  return {
    prior: {
      parameters,
      sample(rng, theta) {
        const { s, draw, row } = pick(rng);
        const own = trials[s][row];
        const trial = own[integer(rng, own.length)];
        known = sites[s].conditions.subarray(trial * conditions.length, (trial + 1) * conditions.length);
        const isNew = hasPlates && rng.uniform() < 0.5;
        for (let attempt = 0; isNew && attempt < MOST_ATTEMPTS; attempt++) {
          sites[s].newThetaAt(draw, rng, thetas[s]);
          theta.set(thetas[s].subarray(row * width, (row + 1) * width));
          if (parameters.every((parameter, p) => isNear(parameter, theta[p]))) return;
        }
        sites[s].thetaAt(draw, thetas[s]);
        theta.set(thetas[s].subarray(row * width, (row + 1) * width));
      },
    },
    conditions: {
      parameters: conditions.map(({ name }) => ({
        name,
        support: { kind: "interval", lower: -Infinity, upper: Infinity },
      })),
      sample: (_, values) => values.set(known),
    },
  };
}

function isNear({ support, box: [lower, upper] }: ParameterSpec, value: number): boolean {
  const reach = FARTHEST * (upper - lower);
  return isOnSupport(support, value) && value >= lower - reach && value <= upper + reach;
}

function integer(rng: Rng, count: number): number {
  return Math.floor(rng.uniform() * count);
}

function trialsOfRows({ row, numRows }: LearnedRows): readonly (readonly number[])[] {
  const trials = Array.from({ length: numRows }, (): number[] => []);
  row.forEach((r, trial) => {
    trials[r].push(trial);
  });
  return trials;
}
