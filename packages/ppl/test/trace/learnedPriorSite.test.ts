import { type LearnedDensity, PoolishError, positive, real, rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { compile, learnedPrior, linkModel, model, normal, temperedModel, uniform } from "../../src/index.ts";
import { gaussianDensity, gaussianPosterior } from "../support/gaussianDensity.ts";

const oneStage = model<{ y: number[] }>("stage", ({ sample, observe }, { y }) => {
  const { mu, sigma } = sample("earlier", learnedPrior(gaussianPosterior, { x: 1.2 }));
  observe("y", normal(mu, sigma), y);
});

/** Central differences of the log-density at `position`. */
function expectGradient(
  density: { readonly dim: number; valueAndGradient(q: Float64Array, g: Float64Array): number },
  position: readonly number[],
): void {
  const gradient = new Float64Array(density.dim);
  const unused = new Float64Array(density.dim);
  density.valueAndGradient(Float64Array.from(position), gradient);
  for (let k = 0; k < density.dim; k++) {
    const at = (by: number) =>
      density.valueAndGradient(
        Float64Array.from(position, (value, i) => (i === k ? value + by : value)),
        unused,
      );
    const difference = (at(1e-5) - at(-1e-5)) / 2e-5;
    expect(Math.abs(gradient[k] - difference)).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
  }
}

test("adds the density of its parameters jointly, on their supports", () => {
  const { model: compiled, likelihoods } = compile(oneStage, { y: [0.5, 2] });
  const linked = linkModel(compiled, likelihoods);
  const [mu, logSigma] = [0.8, -0.3];
  const sigma = Math.exp(logSigma);
  const position = Float64Array.of(mu, logSigma);
  const gradient = new Float64Array(2);
  const prior = gaussianDensity({ mean: 1.2 }).logDensityAndGradient(Float64Array.of(mu, sigma), gradient);
  const likelihood = [0.5, 2].reduce(
    (sum, y) => sum - 0.5 * ((y - mu) / sigma) ** 2 - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI),
    0,
  );
  expect(linked.valueAndGradient(position, gradient)).toBeCloseTo(prior + likelihood + logSigma, 12);
  expectGradient(linked, [mu, logSigma]);
  expect(compiled.variables.map(({ name, kind }) => [name, kind])).toEqual([
    ["mu", "latent"],
    ["sigma", "latent"],
  ]);
});

test("travels with the model as plain data", () => {
  const { model: compiled } = compile(oneStage, { y: [1] });
  expect(structuredClone(compiled)).toEqual(compiled);
  expect(compiled.likelihoods.map(({ kind }) => kind)).toEqual(["density"]);
});

test("is the prior of tempering: drawn from, and no part of the likelihood", () => {
  const { model: compiled, likelihoods } = compile(oneStage, { y: [0.5] });
  const tempered = temperedModel(compiled, likelihoods);
  const [position, gradient] = [new Float64Array(2), new Float64Array(2)];
  const rng = rngFromSeed(5);
  const count = 4000;
  let [sumMu, sumLog, product] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    tempered.samplePrior(rng, position);
    sumMu += position[0] / count;
    sumLog += position[1] / count;
    product += ((position[0] - 1.2) * position[1]) / count;
  }
  // Means with standard error 0.5 / sqrt(count), within 4; the covariance is 0.6 · 0.5², its error below 0.3 / sqrt(count).
  expect(Math.abs(sumMu - 1.2)).toBeLessThan((4 * 0.5) / Math.sqrt(count));
  expect(Math.abs(sumLog)).toBeLessThan((4 * 0.5) / Math.sqrt(count));
  expect(Math.abs(product - 0.15)).toBeLessThan((4 * 0.3) / Math.sqrt(count));
  const [mu, sigma] = [position[0], Math.exp(position[1])];
  const expected = -0.5 * ((0.5 - mu) / sigma) ** 2 - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);
  expect(tempered.logLikelihood(position, gradient)).toBeCloseTo(expected, 10);
});

test("stands in a plate with one x for each member", () => {
  const eachGroup = model<{ x: number[]; y: number[] }>("groups", ({ sample, plate, observe }, { x, y }) => {
    plate("group", 2, () => {
      const { mu, sigma } = sample("earlier", learnedPrior(gaussianPosterior, { x }));
      observe("y", normal(mu, sigma), y);
    });
  });
  const { model: compiled, likelihoods } = compile(eachGroup, { x: [0, 3], y: [0.1, 2] });
  const linked = linkModel(compiled, likelihoods);
  expect(linked.dim).toBe(4);
  const position = [0.2, 2.5, -0.1, 0.4];
  expectGradient(linked, position);
  const gradient = new Float64Array(4);
  const prior = [0, 1].reduce((sum, g) => {
    const density = gaussianDensity({ mean: [0, 3][g] });
    const [mu, logSigma] = [position[g], position[2 + g]];
    const value = density.logDensityAndGradient(Float64Array.of(mu, Math.exp(logSigma)), new Float64Array(2));
    const residual = ([0.1, 2][g] - mu) / Math.exp(logSigma);
    return sum + value + logSigma - 0.5 * residual ** 2 - logSigma - 0.5 * Math.log(2 * Math.PI);
  }, 0);
  expect(linked.valueAndGradient(Float64Array.from(position), gradient)).toBeCloseTo(prior, 11);
});

/** Independent standard normals of these names. */
function standard(names: readonly string[]): LearnedDensity {
  return {
    dim: names.length,
    parameters: names.map((name) => ({ name, support: real, box: [-3, 3] })),
    supports: names.map(() => real),
    logDensityAndGradient(position, gradient) {
      position.forEach((value, k) => {
        gradient[k] = -value;
      });
      return position.reduce((sum, value) => sum - 0.5 * value * value, 0);
    },
    sample() {},
    toDescriptor: () => ({ kind: "estimator", bytes: new Uint8Array(0), x: new Float64Array(0) }),
  };
}

test("gives draws of a plate back as a vector, to be indexed by codes", () => {
  const rates = standard(["mu", "rate[a]", "rate[b]"]);
  const carried = model<{ y: number[]; code: number[] }>("rates", ({ sample, observe }, { y, code }) => {
    const { rate } = sample("last month", learnedPrior(rates));
    observe("y", normal(rate.at(code), 1), y);
  });
  const { model: compiled, likelihoods } = compile(carried, { y: [1, 2, 3], code: [0, 1, 1] });
  const linked = linkModel(compiled, likelihoods);
  const gradient = new Float64Array(3);
  linked.valueAndGradient(Float64Array.of(0, 0.5, 1), gradient);
  expect([...gradient]).toEqual([-0, 1 - 0.5 - 0.5, 2 - 1 + (3 - 1) - 1].map((value) => value + 0));
  expect(compiled.variables.map(({ name }) => name)).toEqual(["mu", "rate[a]", "rate[b]"]);
});

const posterior = gaussianPosterior;
const mistakes: readonly (readonly [string, () => void, string, RegExp])[] = [
  [
    "one x inside a plate",
    () => {
      const wrong = model("wrong", ({ sample, plate }) => {
        plate("group", 3, () => sample("earlier", learnedPrior(posterior, { x: 1.2 })));
      });
      compile(wrong, {});
    },
    "earlier",
    /one x inside \[group: 3\]: the data behind it would be counted once for each member/,
  ],
  [
    "a density of draws inside a plate",
    () => {
      const wrong = model("wrong", ({ sample, plate }) => {
        plate("group", 3, () => sample("earlier", learnedPrior(gaussianDensity())));
      });
      compile(wrong, {});
    },
    "earlier",
    /one density of draws inside \[group: 3\]/,
  ],
  [
    "a latent x",
    () => {
      const wrong = model("wrong", ({ sample }) => {
        const x = sample("x", uniform(0, 1));
        // A caller without types can do this.
        sample("earlier", learnedPrior(posterior, { x } as never));
      });
      compile(wrong, {});
    },
    "x",
    /x is a value of the model/,
  ],
  [
    "a latent number in a list",
    () => {
      const wrong = model("wrong", ({ sample }) => {
        const x = sample("x", uniform(0, 1));
        sample("earlier", learnedPrior(posterior, { x: [x] } as never));
      });
      compile(wrong, {});
    },
    "x",
    /x is a value of the model/,
  ],
  ["what is no density", () => learnedPrior({ bind: () => {} } as never), "learnedPrior", /no density of parameters/],
  ["nothing", () => learnedPrior(undefined as never), "learnedPrior", /no density of parameters/],
  ["NaN in x", () => learnedPrior(posterior, { x: [1, Number.NaN] }), "x", /no finite number \(row 1/],
  [
    "names that are taken",
    () => {
      const wrong = model("wrong", ({ sample }) => {
        sample("mu", normal(0, 1));
        sample("earlier", learnedPrior(gaussianDensity()));
      });
      compile(wrong, {});
    },
    "mu",
    /already taken/,
  ],
  [
    "an integer",
    () => {
      const integer: LearnedDensity = {
        ...standard(["k"]),
        supports: [{ kind: "integer", lower: 0, upper: 3 }],
      };
      compile(
        model("wrong", ({ sample }) => void sample("earlier", learnedPrior(integer))),
        {},
      );
    },
    "k",
    /must be continuous, and this one is an integer from 0 to 3/,
  ],
];

test.each(mistakes)("refuses %s", (_, run, field, message) => {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(PoolishError);
  if (!(caught instanceof PoolishError)) return;
  expect(caught.field).toBe(field);
  expect(caught.message).toMatch(message);
});

test("knows that a standard deviation is positive", () => {
  const { model: compiled } = compile(oneStage, { y: [1] });
  const supports = compiled.instructions.flatMap((each) => (each.op === "constrain" ? [each.support] : []));
  expect(supports).toEqual([real, positive]);
});
