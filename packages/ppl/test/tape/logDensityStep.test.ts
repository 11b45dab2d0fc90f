import { type Argument, isExpression } from "@poolish/core";
import { logistic } from "@poolish/math";
import {
  bernoulli,
  beta,
  binomial,
  cauchy,
  type Distribution,
  exponential,
  gamma,
  halfCauchy,
  halfNormal,
  laplace,
  logNormal,
  type Node,
  negativeBinomial,
  normal,
  poisson,
  studentT,
  uniform,
} from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { differenceAt, expectGradient, linked, valueAt } from "../support/linked.ts";

/** A distribution by a real location and a positive scale, both numbers or both values of a model. */
type Make = (location: Argument, scale: Argument) => Distribution;

const probabilityOf = (x: Argument): Argument => (isExpression(x) ? (x as Node).inverseLogit() : logistic(Number(x)));

const continuous: readonly { name: string; make: Make; data: readonly number[] }[] = [
  { name: "gamma", make: (_, scale) => gamma(scale, 0.7), data: [0.3, 1, 4.2, 2, 0.1] },
  { name: "gamma rate", make: (_, scale) => gamma(2.5, scale), data: [0.3, 1, 4.2, 2, 0.1] },
  { name: "exponential", make: (_, scale) => exponential(scale), data: [0.3, 1, 4.2, 2, 0.1] },
  { name: "normal", make: normal, data: [-3, 1, 4.2, 2, 0.1] },
  { name: "halfNormal", make: (_, scale) => halfNormal(scale), data: [0.3, 1, 4.2, 2, 0.1] },
  { name: "logNormal", make: logNormal, data: [0.3, 1, 4.2, 2, 0.1] },
  { name: "uniform", make: () => uniform(-2, 5), data: [-1.9, 1, 4.2, 2, 0.1] },
  { name: "beta", make: (_, scale) => beta(scale, 1.4), data: [0.3, 0.01, 0.99, 0.5, 0.8] },
  { name: "beta b", make: (_, scale) => beta(0.8, scale), data: [0.3, 0.01, 0.99, 0.5, 0.8] },
  { name: "studentT", make: (location, scale) => studentT(4, location, scale), data: [-30, 1, 4.2, 2, 0.1] },
  { name: "studentT df", make: (location, scale) => studentT(scale, location, 1.2), data: [-30, 1, 4.2, 2, 0.1] },
  { name: "cauchy", make: cauchy, data: [-30, 1, 4.2, 2, 0.1] },
  { name: "halfCauchy", make: (_, scale) => halfCauchy(scale), data: [0.3, 1, 42, 2, 0.1] },
  { name: "laplace", make: laplace, data: [-3, 1, 4.2, 2, 0.1] },
];

const discrete: readonly { name: string; make: Make; data: readonly number[] }[] = [
  { name: "poisson", make: (_, scale) => poisson(scale), data: [0, 3, 1, 12, 4] },
  { name: "binomial", make: (location) => binomial(12, probabilityOf(location)), data: [0, 3, 1, 12, 4] },
  { name: "negativeBinomial", make: (_, scale) => negativeBinomial(scale, 2.5), data: [0, 3, 1, 12, 4] },
  { name: "negativeBinomial dispersion", make: (_, scale) => negativeBinomial(3, scale), data: [0, 3, 1, 12, 4] },
  { name: "bernoulli", make: (location) => bernoulli(probabilityOf(location)), data: [0, 1, 1, 0, 1] },
];

const locationPrior = normal(0.3, 1.2);
const scalePrior = gamma(3, 2);
const [location, scale] = [0.45, 1.37];

describe.each(continuous)("latent $name", ({ make }) => {
  const density = linked(({ sample, plate }) => {
    const nodes = [sample("location", locationPrior), sample("scale", scalePrior)] as const;
    plate("group", 3, () => sample("x", make(...nodes)));
  }, {});
  const position = [location, Math.log(scale), -0.7, 0.35, 0.9];
  const constrainedAt = (moved: Float64Array): Float64Array => {
    const out = new Float64Array(density.numOutputs);
    density.constrain(moved, out);
    return out;
  };

  test("adds the log-density of each value, and the logarithm of each bijector's slope", () => {
    const [first, second, ...xs] = constrainedAt(Float64Array.from(position));
    let expected = locationPrior.logProb(first) + scalePrior.logProb(second);
    for (const x of xs) expected += make(first, second).logProb(x);
    for (let i = 0; i < density.dim; i++) {
      expected += Math.log(differenceAt((moved) => constrainedAt(moved)[i], position, i));
    }
    expect(Math.abs(valueAt(density, position) - expected)).toBeLessThan(1e-10 * Math.max(1, Math.abs(expected)));
  });

  test("has the gradient of differences, in the parents too", () => {
    expectGradient(density, position);
  });
});

describe.each([...continuous, ...discrete])("observed $name", ({ make, data }) => {
  const code = [0, 2, 1, 2, 0];
  const density = linked(({ sample, plate, observe }) => {
    const spread = sample("spread", scalePrior);
    const [mean, width] = plate("group", 3, () => [
      sample("mean", normal(0, spread)),
      sample("width", exponential(spread)),
    ]);
    observe("y", make(mean.at(code), width.at(code)), data);
  }, {});
  const position = [0.2, 0.4, -0.3, 1.1, 0.6, 0.2, 0.9];

  test("adds the log-probability of each value under its group's parameters", () => {
    const spread = Math.exp(position[0]);
    const means = position.slice(1, 4);
    const widths = position.slice(4).map(Math.exp);
    let expected = scalePrior.logProb(spread) + position[0];
    for (const mean of means) expected += normal(0, spread).logProb(mean);
    for (const width of widths) expected += exponential(spread).logProb(width) + Math.log(width);
    data.forEach((y, i) => {
      expected += make(means[code[i]], widths[code[i]]).logProb(y);
    });
    expect(Math.abs(valueAt(density, position) - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
  });

  test("has the gradient of differences", () => {
    expectGradient(density, position);
  });
});

test("data under shared parameters are independent draws; a number is one of them, no data are none", () => {
  const define = (data: number | readonly number[]) =>
    linked(({ sample, observe }) => observe("y", normal(sample("mean", normal(0, 1)), 2), data), {});
  const at = 0.7;
  const expected = (data: readonly number[]) =>
    data.reduce((sum, y) => sum + normal(at, 2).logProb(y), normal(0, 1).logProb(at));
  for (const data of [[], [1.5], [1.5, -3, 0.2]]) expect(valueAt(define(data), [at])).toBeCloseTo(expected(data), 12);
  expect(valueAt(define(1.5), [at])).toBeCloseTo(expected([1.5]), 12);
  expectGradient(define([1.5, -3, 0.2]), [at]);
  expectGradient(define([]), [at]);
});

test("data of nested plates are laid out row-major", () => {
  const density = linked(({ sample, plate, observe }) => {
    const mean = plate("a", 2, () => plate("b", 3, () => sample("mean", normal(0, 1))));
    observe("y", normal(mean, 0.1), [0, 1, 2, 3, 4, 5]);
  }, {});
  expect(valueAt(density, [0, 1, 2, 3, 4, 5])).toBeCloseTo(
    [0, 1, 2, 3, 4, 5].reduce((sum, y) => sum + normal(0, 1).logProb(y) + normal(0, 0.1).logProb(0), 0),
    10,
  );
});
