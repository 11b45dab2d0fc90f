import { log1pExp, logGamma, logistic, logit } from "@poolish/math";
import { type Node, normal } from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { expectGradient, linked, valueAt } from "../support/linked.ts";

interface Case {
  readonly name: string;
  readonly apply: (x: Node) => Node;
  readonly twin: (x: number) => number;
  readonly at: readonly [number, number, number];
}

const cases: readonly Case[] = [
  { name: "neg", apply: (x) => x.neg(), twin: (x) => -x, at: [-1.5, 0, 2] },
  { name: "exp", apply: (x) => x.exp(), twin: Math.exp, at: [-3, 0.2, 1.7] },
  { name: "log", apply: (x) => x.log(), twin: Math.log, at: [0.4, 1, 7] },
  { name: "square", apply: (x) => x.square(), twin: (x) => x * x, at: [-1.5, 0, 2] },
  { name: "sqrt", apply: (x) => x.sqrt(), twin: Math.sqrt, at: [0.4, 1, 7] },
  { name: "reciprocal", apply: (x) => x.reciprocal(), twin: (x) => 1 / x, at: [-1.5, 0.6, 2] },
  { name: "log1p", apply: (x) => x.log1p(), twin: Math.log1p, at: [-0.4, 1e-9, 7] },
  { name: "expm1", apply: (x) => x.expm1(), twin: Math.expm1, at: [-3, 1e-9, 1.7] },
  { name: "softplus", apply: (x) => x.softplus(), twin: log1pExp, at: [-30, 0.3, 40] },
  { name: "inverseLogit", apply: (x) => x.inverseLogit(), twin: logistic, at: [-4, 0.3, 5] },
  { name: "logit", apply: (x) => x.logit(), twin: logit, at: [0.1, 0.6, 0.9] },
  { name: "sin", apply: (x) => x.sin(), twin: Math.sin, at: [-2, 0, 1.3] },
  { name: "cos", apply: (x) => x.cos(), twin: Math.cos, at: [-2, 0, 1.3] },
  { name: "abs", apply: (x) => x.abs(), twin: Math.abs, at: [-2, 0.4, 1.3] },
  { name: "logGamma", apply: (x) => x.logGamma(), twin: logGamma, at: [0.3, 2.5, 11] },
  { name: "tanh", apply: (x) => x.tanh(), twin: Math.tanh, at: [-2, 0, 1.3] },
];

const prior = normal(0, 1);

describe.each(cases)("$name", ({ apply, twin, at }) => {
  const weights = [0.5, -2, 3];
  const density = linked(({ sample, plate, factor, deterministic }) => {
    const x = plate("member", 3, () => sample("x", prior));
    factor(deterministic("y", apply(x)).mul(weights));
  }, {});

  test("has the value of the function, element by element", () => {
    const expected = at.reduce((sum, x, i) => sum + prior.logProb(x) + weights[i] * twin(x), 0);
    expect(Math.abs(valueAt(density, at) - expected)).toBeLessThan(1e-13 * Math.max(1, Math.abs(expected)));
    const out = new Float64Array(6);
    density.constrain(Float64Array.from(at), out);
    expect([...out]).toEqual([...at, ...at.map(twin)]);
  });

  test("has the gradient that differences give", () => {
    expectGradient(density, at);
  });
});
