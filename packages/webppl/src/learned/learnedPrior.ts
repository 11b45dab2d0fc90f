import { type AmortizedPosterior, type LearnedDensity, PoolishError, rngFromSeed } from "@poolish/core";
import type { Scalar, ScalarNode } from "../host/adNodes.ts";
import type { Distribution, DistributionType } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import type { BoundTerm } from "./boundBatch.ts";

/** What a program passes to `LearnedPrior`. */
export interface LearnedPriorParams {
  /** p(θ | x), learned for every x; or a density that needs no x. */
  readonly posterior: AmortizedPosterior | LearnedDensity;
  /** The observation: a number, an array of numbers, or an object with the columns' names; or an array of such trials. */
  readonly x?: unknown;
}

/** A learned density of named parameters: a draw is an object with a number for each. */
export interface LearnedPriorDistribution extends Distribution {
  readonly density: LearnedDensity;
}

interface MutablePrior extends Distribution {
  readonly params: LearnedPriorParams;
  density: LearnedDensity;
}

export function isLearnedPrior(distribution: Distribution): distribution is LearnedPriorDistribution {
  return distribution.meta.name === "LearnedPrior";
}

/**
 * The distribution type `LearnedPrior` for WebPPL. WebPPL's own HMC knows numbers and tensors only and takes it for a
 * choice that it leaves to MH, which draws it afresh; our NUTS moves it.
 */
export function learnedPriorType(host: WebpplHost): DistributionType<LearnedPriorDistribution, LearnedPriorParams> {
  const densityOf = densityCache();
  return host.base.makeDistributionType<MutablePrior, LearnedPriorParams>({
    name: "LearnedPrior",
    params: [{ name: "posterior" }, { name: "x", optional: true }],
    mixins: [],
    constructor() {
      this.density = densityOf(this.params);
    },
    sample() {
      const { parameters, dim, sample } = this.density;
      const values = new Float64Array(dim);
      sample(rngFromSeed(Math.floor(host.util.random() * 2 ** 53)), values);
      return Object.fromEntries(parameters.map(({ name }, i) => [name, values[i]]));
    },
    score(value) {
      return scoreOf(host, this.density, valuesByName(this.density, value));
    },
    print() {
      return `LearnedPrior({ ${this.density.parameters.map(({ name }) => name).join(", ")} })`;
    },
  });
}

/** The density in the form of a bound likelihood, at the parameters `theta`. */
export function boundPrior(density: LearnedDensity): BoundTerm {
  const theta = new Float64Array(density.dim);
  const gradient = new Float64Array(density.dim);
  return {
    theta,
    gradient,
    logLikelihood: () => density.logDensityAndGradient(theta, gradient),
    toDescriptor: () => ({ kind: "prior", density: density.toDescriptor() }),
  };
}

/** The numbers of `value` in the order of the parameters. @throws PoolishError for one that is missing. */
function valuesByName({ parameters }: LearnedDensity, value: unknown): readonly Scalar[] {
  return parameters.map(({ name }) => {
    const entry = (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    if (typeof entry === "number" || (typeof entry === "object" && entry !== null && "dx" in entry))
      return entry as Scalar;
    throw new PoolishError(`expected a number for ${name}, got ${String(entry)}`, {
      kind: "input",
      field: "LearnedPrior",
      remedy: `Its values are objects { ${parameters.map((parameter) => `${parameter.name}: …`).join(", ")} }.`,
    });
  });
}

function scoreOf(host: WebpplHost, density: LearnedDensity, values: readonly Scalar[]): Scalar {
  const gradient = new Float64Array(density.dim);
  const position = Float64Array.from(values, (value) => host.ad.value(value));
  const score = density.logDensityAndGradient(position, gradient);
  const parents = values.filter((value): value is ScalarNode => typeof value !== "number");
  if (parents.length === 0 || !Number.isFinite(score)) return score;
  const partials = gradient.filter((_, i) => typeof values[i] !== "number");
  return new host.ScalarNode(score, parents, parents, function () {
    for (let p = 0; p < parents.length; p++) parents[p].dx += this.dx * partials[p];
  });
}

/** An x that a program draws is another one in each run; of so many the densities are remembered. */
const MAX_REMEMBERED = 1000;

/** Programs make the same distribution in every run: its density at x is made once. */
function densityCache(): (params: LearnedPriorParams) => LearnedDensity {
  const known = new WeakMap<object, Map<string, LearnedDensity>>();
  return ({ posterior, x }) => {
    if (isDensity(posterior)) return posterior;
    requirePosterior(posterior);
    const byObservation = known.get(posterior) ?? new Map<string, LearnedDensity>();
    known.set(posterior, byObservation);
    const key = JSON.stringify(x) ?? "";
    const density = byObservation.get(key) ?? posterior.at(observation(posterior, x));
    if (byObservation.size >= MAX_REMEMBERED) byObservation.clear();
    byObservation.set(key, density);
    return density;
  };
}

function isDensity(value: unknown): value is LearnedDensity {
  return typeof (value as Partial<LearnedDensity> | undefined)?.logDensityAndGradient === "function";
}

function requirePosterior(value: unknown): asserts value is AmortizedPosterior {
  if (typeof (value as Partial<AmortizedPosterior> | undefined)?.at === "function") return;
  throw new PoolishError(`expected a posterior, got ${typeof value}`, {
    kind: "input",
    field: "LearnedPrior",
    remedy: "Pass what loadEstimator('file.safetensors') returned for an estimator that npe() trained.",
  });
}

/** x as rows of numbers, one after another. */
function observation({ columns }: AmortizedPosterior, x: unknown): readonly number[] {
  const trials = Array.isArray(x) && x.some((trial) => typeof trial === "object") ? x : [x];
  return trials.flatMap((trial: unknown) => {
    if (typeof trial === "number" || Array.isArray(trial)) return trial as number | number[];
    return columns.map(({ name }) => {
      const value = (trial as Readonly<Record<string, unknown>> | null | undefined)?.[name];
      if (typeof value === "number") return value;
      throw new PoolishError(`expected a number for ${name}, got ${String(value)}`, {
        kind: "input",
        field: "LearnedPrior",
        remedy: `Pass x: { ${columns.map((column) => `${column.name}: …`).join(", ")} }, or an array of such trials.`,
      });
    });
  });
}
