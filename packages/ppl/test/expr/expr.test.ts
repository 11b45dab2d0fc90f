import { type Node, normal, type Operand } from "@poolish/ppl";
import { expr } from "@poolish/ppl/expr";
import { expectRefusal } from "@poolish/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compiling } from "../support/compiling.ts";
import { expectGradient, linked } from "../support/linked.ts";

const x = [0.3, -1, 2.2];

/** Compiles `make` of two scalars a and b and a plate's c. */
function density(make: (values: Readonly<Record<"a" | "b" | "c" | "x", Operand>>) => Node) {
  return linked(({ sample, plate, deterministic, factor }) => {
    const a = sample("a", normal(0, 1));
    const b = sample("b", normal(0, 1));
    const c = plate("group", 3, () => sample("c", normal(0, 1)));
    factor(deterministic("y", make({ a, b, c, x })));
  }, {});
}

/** Texts, and the same in JavaScript. */
const cases: readonly [string, (a: number, b: number, c: number, x: number) => number][] = [
  ["exp(a) + b * x", (a, b, _, x) => Math.exp(a) + b * x],
  ["-a^2 * c", (a, _, c) => -(a ** 2) * c],
  ["a - b - c", (a, b, c) => a - b - c],
  ["2^a^-b + c", (a, b, c) => 2 ** (a ** -b) + c],
  ["(a + 1e-1) / (b * 2.5) + .5 * c", (a, b, c) => (a + 0.1) / (b * 2.5) + 0.5 * c],
  ["softplus(c) * inverseLogit(x - a)", (a, _, c, x) => Math.log1p(Math.exp(c)) / (1 + Math.exp(a - x))],
  ["max(a, c) - min(b, x)", (a, b, c, x) => Math.max(a, c) - Math.min(b, x)],
  [
    "sin(pi * a) + cos(c) + abs(c) + sqrt(exp(b))",
    (a, b, c) => Math.sin(Math.PI * a) + Math.cos(c) + Math.abs(c) + Math.exp(b / 2),
  ],
];

/** Kinks of min and max lie where two are equal; differences must not step over them. */
const areClose = (a: number, b: number): boolean => Math.abs(a - b) < 0.01;

describe.each(cases)("%s", (text, twin) => {
  const model = density((values) => expr(text, values));

  test("has the values and gradients of the same expression in JavaScript", () => {
    const positive = fc.double({ min: 0.6, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(fc.uniqueArray(positive, { minLength: 5, maxLength: 5, comparator: areClose }), (position) => {
        const out = new Float64Array(model.numOutputs);
        model.constrain(Float64Array.from(position), out);
        const [a, b, ...c] = position;
        c.forEach((value, i) => {
          expect(out[5 + i]).toBeCloseTo(twin(a, b, value, x[i]), 12);
        });
        expectGradient(model, position);
      }),
      { seed: 3, numRuns: 10 },
    );
  });
});

test("leaves the tape that the methods leave", () => {
  const text = density((values) => expr("exp(a) + b * x + c", values));
  const methods = density(({ a, b, c, x }) =>
    (a as Node)
      .exp()
      .add((b as Node).mul(x))
      .add(c),
  );
  expect(text.model).toEqual(methods.model);
});

test("reductions and products work as they do in code", () => {
  const text = density((values) => expr("dot(c, x) + logSumExp(c) * mean(c)", values));
  const out = new Float64Array(text.numOutputs);
  text.constrain(Float64Array.of(0, 0, 1, 2, 3), out);
  const logSum = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
  expect(out[5]).toBeCloseTo(0.3 - 2 + 6.6 + 2 * logSum, 12);
});

test("what is known when the model is built stays out of the tape", () => {
  const { model } = density(({ a, x }) => expr("a + exp(x) * 2", { a, x }));
  expect(model.instructions.filter(({ op }) => op === "unary")).toEqual([]);
});

describe("expr refuses, with the position,", () => {
  test.each<[string, string, RegExp]>([
    ["a number times a name", "a + 2x", /two factors stand side by side at character 6.*Write \*/],
    ["a number times a group", "2 (a + b)", /side by side at character 3/],
    ["two names", "exp(a) + a b", /side by side at character 12/],
    ["two groups", "(a)(b)", /side by side at character 4/],
    ["a group and a name", "(a) b", /side by side at character 5/],
    ["a name and a number", "a 2", /side by side at character 3/],
    ["an imaginary number", "3i", /side by side at character 2/],
    ["an unknown name", "a + beta", /"beta" has no value at character 5.*a, b, c, x/],
    ["a name from the prototype", "toString + a", /"toString" has no value at character 1/],
    ["an unknown function", "1 + import(a)", /no function "import" at character 5.*The functions are abs/],
    ["a value that is called", "a(b)", /no function "a" at character 1/],
    ["a missing argument", "exp()", /exp takes 1 argument, got 0/],
    ["an argument too many", "1 + max(a, b, c)", /max takes 2 arguments, got 3 at character 5/],
    ["an assignment", "a = 2", /means nothing here/],
    ["a comparison", "a > 0", /">" means nothing here at character 3/],
    ["a condition", "a > 0 ? a : b", /means nothing here/],
    ["a property", "a.constructor", /means nothing here at character 1/],
    ["an index", "a[1]", /means nothing here/],
    ["a text", 'exp("a")', /means nothing here/],
    ["a definition", "f(x) = x", /means nothing here/],
    ["two statements", "a; b", /means nothing here/],
    ["an open parenthesis", "exp(a", /parenthesis \) expected at character 6/],
    ["a missing operand", "a + ", /unexpected end of expression at character/],
  ])("%s", (_, text, words) => {
    const work = compiling(({ sample }) => {
      const a = sample("a", normal(0, 1));
      expr(text, { a, b: 1, c: 2, x });
    });
    expectRefusal(work, { kind: "model", field: `expr("${text}")` }, words);
  });
});
