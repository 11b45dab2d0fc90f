import { type Node, normal } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { expectGradient, linked } from "../support/linked.ts";

/** Values over plates a (2), a × b (2 × 3), b (3) and none. */
interface Nodes {
  readonly outer: Node;
  readonly nested: Node;
  readonly other: Node;
  readonly scalar: Node;
}

function define(use: (nodes: Nodes) => Node) {
  return linked(({ sample, plate, deterministic }) => {
    const scalar = sample("scalar", normal(0, 1));
    const [outer, nested] = plate("a", 2, () => [
      sample("outer", normal(0, 1)),
      plate("b", 3, () => sample("nested", normal(0, 1))),
    ]);
    const other = plate("b", 3, () => sample("other", normal(0, 1)));
    deterministic("result", use({ scalar, outer, nested, other }));
  }, {});
}

/** scalar; outer; nested (row-major: b runs fastest); other. */
const position = [0.5, 10, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9];

function resultOf(use: (nodes: Nodes) => Node): { dims: readonly string[]; values: number[] } {
  const density = define(use);
  const out = new Float64Array(density.numOutputs);
  density.constrain(Float64Array.from(position), out);
  const { dims } = density.model.variables[density.model.variables.length - 1];
  return { dims, values: [...out.subarray(position.length)] };
}

describe("an operation repeats", () => {
  test("an outer plate's value along the inner plate, on either side", () => {
    const expected = { dims: ["a", "b"], values: [11, 12, 13, 24, 25, 26] };
    expect(resultOf(({ outer, nested }) => outer.add(nested))).toEqual(expected);
    expect(resultOf(({ outer, nested }) => nested.add(outer))).toEqual(expected);
  });

  test("a scalar along everything", () => {
    expect(resultOf(({ scalar, nested }) => scalar.mul(nested))).toEqual({
      dims: ["a", "b"],
      values: [0.5, 1, 1.5, 2, 2.5, 3],
    });
    expect(resultOf(({ scalar, other }) => other.mul(scalar))).toEqual({ dims: ["b"], values: [3.5, 4, 4.5] });
  });

  test("data along the outer plate", () => {
    expect(resultOf(({ outer }) => outer.add([1, 2]))).toEqual({ dims: ["a"], values: [11, 22] });
    expect(resultOf(({ nested }) => nested.add([100, 200]))).toEqual({
      dims: ["a", "b"],
      values: [101, 102, 103, 204, 205, 206],
    });
  });

  test("a parent's value along the plates of a sample site", () => {
    const density = linked(({ sample, plate }) => {
      plate("a", 2, () => {
        const scale = sample("scale", normal(0, 1)).exp();
        plate("b", 3, () => sample("x", normal(0, scale)));
      });
    }, {});
    const [small, large] = [0.5, 3];
    const at = [Math.log(small), Math.log(large), 1, 2, 3, 4, 5, 6];
    const expected =
      normal(0, 1).logProb(at[0]) +
      normal(0, 1).logProb(at[1]) +
      [1, 2, 3].reduce((sum, x) => sum + normal(0, small).logProb(x), 0) +
      [4, 5, 6].reduce((sum, x) => sum + normal(0, large).logProb(x), 0);
    const gradient = new Float64Array(8);
    expect(density.valueAndGradient(Float64Array.from(at), gradient)).toBeCloseTo(expected, 10);
    expectGradient(density, at);
  });
});

describe("an operation refuses, naming both shapes,", () => {
  test.each<[string, (nodes: Nodes) => Node, RegExp]>([
    ["two plates of different size", ({ outer, other }) => outer.add(other), /\[a: 2\] and \[b: 3\]/],
    [
      "an inner plate's value for an outer one",
      ({ other, nested }) => nested.add(other),
      /\[a: 2, b: 3\] and \[b: 3\]/,
    ],
    ["data of another length", ({ outer }) => outer.mul([1, 2, 3]), /\[a: 2\] and \[3\]/],
    ["flat data for nested plates", ({ nested }) => nested.mul([1, 2, 3, 4, 5, 6]), /\[a: 2, b: 3\] and \[6\]/],
  ])("%s", (_, use, shapes) => {
    expectRefusal(() => define(use), { kind: "model" }, shapes, /do not fit/);
  });

  test("two plates of the same size", () => {
    const define = () =>
      linked(({ sample, plate }) => {
        const x = plate("a", 2, () => sample("x", normal(0, 1)));
        const y = plate("b", 2, () => sample("y", normal(0, 1)));
        x.add(y);
      }, {});
    expectRefusal(define, { kind: "model", field: "x + y" }, /\[a: 2\] and \[b: 2\]/);
  });
});

test("values of two plates of one size meet trial by trial, even where their codes are equal", () => {
  const density = linked(({ sample, plate, deterministic }) => {
    const x = plate("a", 2, () => sample("x", normal(0, 1)));
    const y = plate("b", 2, () => sample("y", normal(0, 1)));
    deterministic("sum", x.at([1, 0, 1]).add(y.at([1, 0, 1])));
  }, {});
  const out = new Float64Array(density.numOutputs);
  density.constrain(Float64Array.of(1, 2, 10, 20), out);
  expect([...out.subarray(4)]).toEqual([22, 11, 22]);
});
