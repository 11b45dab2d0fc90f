import type { PriorReplicates, priorReplicates } from "@poolish/inference";
import {
  bernoulliLogit,
  beta,
  binomial,
  categorical,
  censored,
  dirichlet,
  exponential,
  gamma,
  halfNormal,
  laplace,
  lkjCholesky,
  type Model,
  type ModelFunction,
  mixture,
  model,
  multivariateNormal,
  negativeBinomial,
  nonCentered,
  normal,
  poisson,
  stack,
  studentT,
} from "@poolish/ppl";

type Replicates = typeof priorReplicates;

/** A model that can be checked; what its data say of the observed columns is replaced. */
export interface SbcModel {
  readonly name: string;
  replicates(make: Replicates, options: Parameters<Replicates>[2]): PriorReplicates;
}

function sbcModel(name: string, define: ModelFunction<object>): SbcModel {
  const own: Model<object> = model(name, define);
  return { name, replicates: (make, options) => make(own, {}, options) };
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);
const spread = (count: number): number[] => Array.from({ length: count }, (_, i) => (i - (count - 1) / 2) / count);
const cycle = (count: number, size: number): number[] => Array.from({ length: count }, (_, i) => i % size);

/** Ten small models: each kind of support, plates centred and not, vectors, mixtures and censoring. */
export const sbcModels: readonly SbcModel[] = [
  sbcModel("normal", ({ sample, observe }) => {
    observe("y", normal(sample("mu", normal(0, 2)), sample("sigma", halfNormal(1))), zeros(8));
  }),
  sbcModel("gamma-poisson", ({ sample, plate, observe }) => {
    const rate = plate("group", 4, () => sample("rate", gamma(2, 0.5)));
    observe("chips", poisson(rate.at(cycle(12, 4))), zeros(12));
  }),
  sbcModel("beta-binomial", ({ sample, observe }) => {
    observe("successes", binomial(10, sample("share", beta(2, 3))), zeros(3));
  }),
  sbcModel("linear-regression", ({ sample, observe }) => {
    const mean = sample("slope", normal(0, 1))
      .mul(spread(12))
      .add(sample("intercept", normal(0, 1)));
    observe("y", studentT(4, mean, sample("sigma", exponential(1))), zeros(12));
  }),
  sbcModel("logistic-regression", ({ sample, observe }) => {
    const logOdds = sample("slope", laplace(0, 1))
      .mul(spread(20))
      .add(sample("intercept", normal(0, 1)));
    observe("y", bernoulliLogit(logOdds), zeros(20));
  }),
  sbcModel("eight-schools-non-centred", ({ sample, plate, observe }) => {
    const [mu, tau] = [sample("mu", normal(0, 5)), sample("tau", halfNormal(5))];
    const theta = plate("school", 8, () => sample("theta", nonCentered(normal(mu, tau))));
    observe("effect", normal(theta, [15, 10, 16, 11, 9, 11, 10, 18]), zeros(8));
  }),
  sbcModel("dirichlet-categorical", ({ sample, observe }) => {
    observe("kind", categorical(sample("shares", dirichlet([2, 1, 1.5]))), zeros(15));
  }),
  sbcModel("correlated-normals", ({ sample, plate, observe }) => {
    const factor = sample("factor", lkjCholesky(2, 2));
    const pair = plate("pair", 3, () => sample("pair_value", multivariateNormal([0, 0], factor)));
    observe("y", multivariateNormal(pair, [0.5, 0, 0, 0.5]), zeros(6));
  }),
  sbcModel("mixture", ({ sample, observe }) => {
    const weight = sample("weight", beta(2, 2));
    const low = sample("low", normal(-2, 0.5));
    const weights = stack(weight, weight.neg().add(1));
    observe("y", mixture(weights, [normal(low, 1), normal(2, 0.5)]), zeros(15));
  }),
  sbcModel("censored-counts", ({ sample, observe }) => {
    const [mu, sigma] = [sample("mu", normal(0, 1)), sample("sigma", halfNormal(1))];
    observe("y", censored(normal(mu, sigma), { lower: -1, upper: 1 }), zeros(15));
    observe("count", negativeBinomial(mu.exp().add(0.1), 3), zeros(4));
  }),
];
