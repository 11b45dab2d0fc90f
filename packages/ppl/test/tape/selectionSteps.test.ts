import { normal } from "@poolish/ppl";
import { expect, test } from "vitest";
import { expectGradient, linked, valueAt } from "../support/linked.ts";

const position = [0.4, -1.2, 2.5];
const logPrior = position.reduce((sum, x) => sum + normal(0, 1).logProb(x), 0);

test("sum adds all elements and hands its adjoint to each", () => {
  const density = linked(({ sample, plate, factor }) => {
    const x = plate("member", 3, () => sample("x", normal(0, 1)));
    factor(x.sum().square());
  }, {});
  expect(valueAt(density, position)).toBeCloseTo(logPrior + (0.4 - 1.2 + 2.5) ** 2, 12);
  expectGradient(density, position);
});

test("at takes elements in any order, repeated or not at all", () => {
  const index = [2, 0, 2, 2];
  const weights = [1, 10, 100, 1000];
  const density = linked(({ sample, plate, factor }) => {
    const x = plate("member", 3, () => sample("x", normal(0, 1)));
    factor(x.at(index).mul(weights));
  }, {});
  const expected = index.reduce((sum, j, i) => sum + weights[i] * position[j], logPrior);
  expect(valueAt(density, position)).toBeCloseTo(expected, 10);
  expectGradient(density, position);
});

test("at of at composes", () => {
  const density = linked(({ sample, plate, deterministic }) => {
    const x = plate("member", 3, () => sample("x", normal(0, 1)));
    deterministic("y", x.at([2, 1, 0, 0]).exp().at([3, 0]));
  }, {});
  const out = new Float64Array(density.numOutputs);
  density.constrain(Float64Array.from(position), out);
  expect([...out.subarray(3)]).toEqual([Math.exp(position[0]), Math.exp(position[2])]);
});

test("factor adds the sum of a vector, and a plain number", () => {
  const density = linked(({ sample, plate, factor }) => {
    const x = plate("member", 3, () => sample("x", normal(0, 1)));
    factor(x);
    factor(7);
    factor([1, 2]);
  }, {});
  expect(valueAt(density, position)).toBeCloseTo(logPrior + 1.7 + 10, 12);
  expectGradient(density, position);
});
