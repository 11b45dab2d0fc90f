import {
  compile,
  diagMul,
  dot,
  exp,
  logSumExp,
  matVec,
  mean,
  model,
  type Node,
  normal,
  stack,
  sum,
  vector,
} from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compiling } from "../support/compiling.ts";
import { expectGradient, linked } from "../support/linked.ts";

/** Scalars s and t, u and v over a plate of 3, w over 3 × 2. */
interface Nodes {
  readonly s: Node;
  readonly t: Node;
  readonly u: Node;
  readonly v: Node;
  readonly w: Node;
}

type Numbers = { readonly [name in keyof Nodes]: readonly number[] };

const DIM = 14;

function numbersAt(position: readonly number[]): Numbers {
  const [s, t] = [position.slice(0, 1), position.slice(1, 2)];
  return { s, t, u: position.slice(2, 5), v: position.slice(5, 8), w: position.slice(8, DIM) };
}

const codes = [2, 0, 0, 1, 2];
const x = [0.5, -1, 2, 0.1, 1.5];
const add = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const logSum = (values: readonly number[]): number => Math.log(add(values.map(Math.exp)));
/** A 2 × 2 lower triangle of the values in row-major order, zero above the diagonal. */
const lower = ({ s, t }: Nodes): Node => stack(stack(exp(s), 0), stack(t, exp(t)));
const lowerRows = ({ s, t }: Numbers): number[][] => [
  [Math.exp(s[0]), 0],
  [t[0], Math.exp(t[0])],
];

const cases: readonly { name: string; make: (nodes: Nodes) => Node; twin: (n: Numbers) => number[]; dims: string }[] = [
  { name: "sum of a plate", make: ({ u }) => sum(u), twin: ({ u }) => [add(u)], dims: "" },
  { name: "mean of nested plates", make: ({ w }) => mean(w), twin: ({ w }) => [add(w) / 6], dims: "" },
  { name: "logSumExp of a plate", make: ({ u }) => logSumExp(u), twin: ({ u }) => [logSum(u)], dims: "" },
  {
    name: "logSumExp of stacked trials",
    make: ({ u, s }) => logSumExp(stack(u.at(codes), s, x)),
    twin: ({ u, s }) => codes.map((code, i) => logSum([u[code], s[0], x[i]])),
    dims: "5",
  },
  {
    name: "sum and mean of vectors",
    make: ({ u, v }) => stack(u, v).sum().add(stack(u, v).mean()),
    twin: ({ u, v }) => u.map((a, i) => 1.5 * (a + v[i])),
    dims: "3",
  },
  {
    name: "dot of group coefficients and trial columns",
    make: ({ u, v }) => dot(stack(u, v).at(codes), stack(1, x)),
    twin: ({ u, v }) => codes.map((code, i) => u[code] + v[code] * x[i]),
    dims: "5",
  },
  {
    name: "dot of one vector and trial columns",
    make: ({ s, t }) => stack(1, x).dot(stack(s, t)),
    twin: ({ s, t }) => x.map((value) => s[0] + t[0] * value),
    dims: "5",
  },
  {
    name: "dot of plates",
    make: ({ u, v }) => u.dot(v),
    twin: ({ u, v }) => [add(u.map((a, i) => a * v[i]))],
    dims: "",
  },
  {
    name: "matVec of rows of data and a plate",
    make: ({ u }) =>
      matVec(
        [
          [1, 2, 3],
          [0, -1, 4],
        ],
        u,
      ),
    twin: ({ u }) => [u[0] + 2 * u[1] + 3 * u[2], 4 * u[2] - u[1]],
    dims: "2",
  },
  {
    name: "matVec of a triangle and nested vectors",
    make: (n) => matVec(lower(n), vector(n.w)),
    twin: (n) => [0, 1, 2].flatMap((i) => lowerRows(n).map(([a, b]) => a * n.w[2 * i] + b * n.w[2 * i + 1])),
    dims: "3,2",
  },
  {
    name: "matVec of one triangle a group",
    make: (n) => matVec(stack(stack(n.u, 0), stack(n.v, exp(n.u))), stack(n.s, n.t)),
    twin: ({ s, t, u, v }) => u.flatMap((a, i) => [a * s[0], v[i] * s[0] + Math.exp(a) * t[0]]),
    dims: "3,2",
  },
  {
    name: "diagMul",
    make: (n) => diagMul(stack(n.t, n.s), lower(n)),
    twin: (n) => lowerRows(n).flatMap((row, i) => row.map((value) => value * (i === 0 ? n.t[0] : n.s[0]))),
    dims: "2,2",
  },
  {
    name: "diagMul of a vector a group",
    make: (n) => diagMul(stack(n.u, n.v), lower(n)),
    twin: (n) =>
      n.u.flatMap((u, i) => lowerRows(n).flatMap((row, k) => row.map((value) => value * (k === 0 ? u : n.v[i])))),
    dims: "3,2,2",
  },
  {
    name: "element of a vector",
    make: ({ w }) => vector(w).element(1),
    twin: ({ w }) => [w[1], w[3], w[5]],
    dims: "3",
  },
  { name: "element of a matrix", make: (n) => lower(n).element(1, 0), twin: ({ t }) => t.slice(), dims: "" },
  {
    name: "element of spread vectors",
    make: ({ w }) => vector(w).at(codes).exp().element(0),
    twin: ({ w }) => codes.map((code) => Math.exp(w[2 * code])),
    dims: "5",
  },
  {
    name: "at of a vector",
    make: ({ s, t }) => stack(s, t).at([1, 1, 0]),
    twin: ({ s, t }) => [t[0], t[0], s[0]],
    dims: "3",
  },
  {
    name: "at over two plates",
    make: ({ w }) => w.at([2, 0, 1], [1, 1, 0]).mul(w.at([2, 0, 1], [1, 1, 0])),
    twin: ({ w }) => [w[5] ** 2, w[1] ** 2, w[2] ** 2],
    dims: "3",
  },
  {
    name: "numbers a group times a vector",
    make: ({ u, s, t }) => u.mul(stack(s, t)),
    twin: ({ u, s, t }) => u.flatMap((a) => [a * s[0], a * t[0]]),
    dims: "3,2",
  },
  {
    name: "a vector and plain numbers",
    make: ({ s, t }) => stack(s, t).sub([10, 20]),
    twin: ({ s, t }) => [s[0] - 10, t[0] - 20],
    dims: "2",
  },
];

describe.each(cases)("$name", ({ make, twin, dims }) => {
  const density = linked(({ sample, plate, factor, deterministic }) => {
    const prior = normal(0, 1);
    const s = sample("s", prior);
    const t = sample("t", prior);
    const [u, v] = plate("a", 3, () => [sample("u", prior), sample("v", prior)] as const);
    const w = plate("a", 3, () => plate("b", 2, () => sample("w", prior)));
    factor(deterministic("result", make({ s, t, u, v, w })).sin());
  }, {});

  test("has the shape and the numbers of its slow twin", () => {
    const { shape } = density.model.variables[density.model.variables.length - 1];
    expect(shape.join(",")).toBe(dims);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: DIM, maxLength: DIM }),
        (position) => {
          const out = new Float64Array(density.numOutputs);
          density.constrain(Float64Array.from(position), out);
          const expected = twin(numbersAt(position));
          const result = out.subarray(DIM);
          expect(result.length).toBe(expected.length);
          expected.forEach((value, i) => {
            expect(Math.abs(result[i] - value)).toBeLessThan(1e-13 * Math.max(1, Math.abs(value)));
          });
        },
      ),
      { seed: 1, numRuns: 20 },
    );
  });

  test("has the gradient that differences give", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: DIM, maxLength: DIM }),
        (position) => {
          expectGradient(density, position);
        },
      ),
      { seed: 2, numRuns: 5 },
    );
  });
});

test("logSumExp neither overflows nor loses its gradient where an element is -Infinity", () => {
  const density = linked(({ sample, factor }) => {
    const s = sample("s", normal(0, 1));
    factor(logSumExp(stack(s.add(1000), s.mul(0).log())));
  }, {});
  const gradient = new Float64Array(1);
  expect(density.valueAndGradient(Float64Array.of(0.5), gradient)).toBeCloseTo(normal(0, 1).logProb(0.5) + 1000.5, 10);
});

test("what depends on known numbers only is computed while the model is traced", () => {
  const define = linked<{ readonly x: readonly number[] }>(
    ({ sample, deterministic }, data) => {
      const slope = sample("slope", normal(0, 1));
      deterministic("y", slope.mul(exp(stack(1, data.x)).log().element(1)));
    },
    { x },
  );
  expect(define.model.instructions.map(({ op }) => op)).toEqual(["constrain", "logDensity", "binary"]);
});

test("known values that were made outside may enter any model", () => {
  const design = stack(1, x);
  for (const weight of [1, 2]) {
    const density = linked(({ sample, deterministic }) => {
      deterministic("y", matVec(design, stack(sample("b", normal(0, 1)), weight)));
    }, {});
    const out = new Float64Array(1 + x.length);
    density.constrain(Float64Array.of(3), out);
    expect([...out.subarray(1)]).toEqual(x.map((value) => 3 + weight * value));
  }
});

describe("an operation refuses", () => {
  const using = (use: (nodes: { readonly pair: Node; readonly group: Node }) => Node): (() => unknown) =>
    compiling(({ sample, plate }) => {
      const s = sample("s", normal(0, 1));
      const group = plate("a", 3, () => sample("group", normal(0, 1)));
      use({ pair: stack(s, 2), group });
    });

  test.each<[string, (nodes: { readonly pair: Node; readonly group: Node }) => Node, RegExp]>([
    ["vectors of different length", ({ pair, group }) => dot(pair, vector(group)), /\[; 2\] and \[; 3\] do not fit/],
    [
      "rows and a vector of different length",
      ({ pair }) => matVec([[1, 2, 3]], pair),
      /\[1; 3\] and \[; 2\] do not fit/,
    ],
    ["a matrix and a vector of different length", ({ pair, group }) => diagMul(group, stack(pair, pair)), /do not fit/],
    ["a vector in the place of a matrix", ({ pair }) => diagMul(pair, pair), /do not fit/],
    ["an element that is not there", ({ pair }) => pair.element(2), /no element \(2\).*\[; 2\].*from 0 to 1/],
    ["an element of a number", ({ group }) => group.element(0), /no element.*vectors/],
    ["a vector out of a scalar", ({ pair }) => vector(pair.element(0)), /no plate.*stack/],
    ["stacks of numbers and vectors", ({ pair }) => stack(pair, 1), /do not fit/],
    ["a stack of nothing", () => stack(), /no parts/],
    ["indices of different length", ({ pair }) => stack(pair, pair).at([0]), /takes 0 indices/],
  ])("%s", (_, use, words) => {
    expectRefusal(using(use), { kind: "model" }, words);
  });

  test("rows of different length", () => {
    const work = using(({ pair }) => matVec([[1, 2], [1]], pair));
    expectRefusal(work, { kind: "input", row: 1 }, /row has 1 numbers, the first has 2/);
  });
});

test("what repeats groups is computed on the groups", () => {
  const { model: compiled } = compile(
    model("groups", ({ sample, plate, deterministic }) => {
      const [u, v] = plate("a", 3, () => [sample("u", normal(0, 1)), sample("v", normal(0, 1))] as const);
      deterministic("y", dot(stack(u.at(codes), v.at(codes)).exp(), stack(1, x)));
    }),
    {},
  );
  const sizes = compiled.instructions.flatMap((step) => ("out" in step ? [step.out.size] : []));
  expect(sizes).toEqual([3, 3, 6, 6, 5]);
});
