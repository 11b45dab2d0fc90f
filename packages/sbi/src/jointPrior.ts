import { describeSupport, isOnSupport, PoolishError, type Rng, type ScalarSupport } from "@poolish/core";
import type { Distribution } from "@poolish/distributions";

/** One distribution for each parameter, by name; independent. */
export type FactorisedPrior = Readonly<Record<string, Distribution>>;

/** A prior whose parameters depend on each other, or that is only known by its draws. */
export interface JointPrior {
  readonly parameters: readonly { readonly name: string; readonly support: ScalarSupport }[];
  /** Overwrites `theta`, one number a parameter in the order of `parameters`, with a draw. */
  sample(rng: Rng, theta: Float64Array): void;
}

/** Draws in a row that may miss the support before the prior is blamed. */
const MOST_DRAWS = 100;

export function isJointPrior(prior: FactorisedPrior | JointPrior): prior is JointPrior {
  return typeof prior.sample === "function" && Array.isArray(prior.parameters);
}

function supportOf({ family, parameters }: Distribution): ScalarSupport {
  return family.support(parameters.map(Number));
}

function refuse(name: string, message: string, wanted: readonly string[]): never {
  const remedy = `Name ${wanted.join(", ") || "none"}, as the simulator does.`;
  throw new PoolishError(message, { kind: "input", field: name, remedy });
}

/**
 * The prior over `wanted`, in that order.
 * @throws PoolishError naming a parameter that is missing, or that the simulator does not have.
 */
export function jointPrior(prior: FactorisedPrior | JointPrior, wanted: readonly string[]): JointPrior {
  if (isJointPrior(prior)) {
    const names = prior.parameters.map(({ name }) => name);
    if (names.join() === wanted.join()) return prior;
    refuse("prior", `the joint prior's parameters are ${names.join(", ")}`, wanted);
  }
  for (const name of Object.keys(prior)) {
    if (!wanted.includes(name)) refuse(name, "the simulator has nothing of this name", wanted);
  }
  const distributions = wanted.map((name) => prior[name] ?? refuse(name, "no distribution is given for it", wanted));
  return {
    parameters: wanted.map((name, p) => ({ name, support: supportOf(distributions[p]) })),
    sample(rng, theta) {
      for (let p = 0; p < distributions.length; p++) theta[p] = distributions[p].sample(rng);
    },
  };
}

/**
 * Overwrites `theta` with a draw on the support. A draw so near a bound that it rounds to it has no finite transform: it
 * is drawn again. @throws PoolishError with `row` when the prior misses its own support again and again.
 */
export function drawOnSupport(prior: JointPrior, rng: Rng, theta: Float64Array, row: number): void {
  const { parameters } = prior;
  for (let attempt = 0; attempt < MOST_DRAWS; attempt++) {
    prior.sample(rng, theta);
    if (parameters.every(({ support }, p) => isOnSupport(support, theta[p]))) return;
  }
  const off = parameters.findIndex(({ support }, p) => !isOnSupport(support, theta[p]));
  const { name, support } = parameters[off];
  throw new PoolishError(`the prior drew ${theta[off]}, which is not ${describeSupport(support)}, again and again`, {
    kind: "input",
    field: name,
    row,
    remedy: "Choose a prior with less mass within rounding of its bounds.",
  });
}
