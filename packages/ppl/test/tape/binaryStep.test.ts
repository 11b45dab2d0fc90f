import { type Node, normal, type Operand } from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { expectGradient, linked } from "../support/linked.ts";

interface Case {
  readonly name: string;
  readonly apply: (a: Node, b: Operand) => Node;
  readonly twin: (a: number, b: number) => number;
}

const cases: readonly Case[] = [
  { name: "add", apply: (a, b) => a.add(b), twin: (a, b) => a + b },
  { name: "sub", apply: (a, b) => a.sub(b), twin: (a, b) => a - b },
  { name: "mul", apply: (a, b) => a.mul(b), twin: (a, b) => a * b },
  { name: "div", apply: (a, b) => a.div(b), twin: (a, b) => a / b },
  { name: "pow", apply: (a, b) => a.pow(b), twin: (a, b) => a ** b },
  { name: "min", apply: (a, b) => a.min(b), twin: Math.min },
  { name: "max", apply: (a, b) => a.max(b), twin: Math.max },
];

/** scalar s, vectors u and v over the same plate; all positive, as powers need. */
const position = [1.3, 0.4, 2.1, 0.8, 1.7, 0.3, 2.2];
const [scalar, ...rest] = position;
const [u, v] = [rest.slice(0, 3), rest.slice(3)];
const data = [0.7, 1.9, 2.3];

type Pick = (nodes: { s: Node; u: Node; v: Node }) => readonly [Node, Operand];

const shapes: readonly { name: string; pick: Pick; a: readonly number[]; b: readonly number[] }[] = [
  { name: "vector and vector", pick: (n) => [n.u, n.v], a: u, b: v },
  { name: "scalar and vector", pick: (n) => [n.s, n.u], a: [scalar], b: u },
  { name: "vector and scalar", pick: (n) => [n.u, n.s], a: u, b: [scalar] },
  { name: "scalar and scalar", pick: (n) => [n.s, n.s], a: [scalar], b: [scalar] },
  { name: "vector and itself", pick: (n) => [n.u, n.u], a: u, b: u },
  { name: "vector and number", pick: (n) => [n.u, 2.5], a: u, b: [2.5] },
  { name: "vector and data", pick: (n) => [n.u, data], a: u, b: data },
  { name: "scalar and data", pick: (n) => [n.s, Float64Array.from(data)], a: [scalar], b: data },
];

describe.each(cases)("$name", ({ apply, twin }) => {
  test.each(shapes)("of $name: value of the function, gradient of differences", ({ pick, a, b }) => {
    const density = linked(({ sample, plate, factor, deterministic }) => {
      const s = sample("s", normal(0, 1));
      const [nodeU, nodeV] = plate("member", 3, () => [sample("u", normal(0, 1)), sample("v", normal(0, 1))] as const);
      const result = deterministic("result", apply(...pick({ s, u: nodeU, v: nodeV })));
      factor(result.square());
    }, {});
    const length = Math.max(a.length, b.length);
    const expected = Array.from({ length }, (_, i) => twin(a[i % a.length], b[i % b.length]));
    const out = new Float64Array(density.numOutputs);
    density.constrain(Float64Array.from(position), out);
    expect([...out.subarray(position.length)]).toEqual(expected);
    expectGradient(density, position);
  });
});

test("pow by a known exponent has a gradient at negative bases and at 0", () => {
  const density = linked(({ sample, plate, factor }) => {
    const x = plate("member", 2, () => sample("x", normal(0, 1)));
    factor(x.pow(3));
  }, {});
  expectGradient(density, [-1.2, 0]);
});
