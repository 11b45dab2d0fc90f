import { type Design, designOf, parseFormula } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { firstDependency } from "../../src/formula/rank.ts";
import { expectedDesigns, rows } from "./expectedDesigns.ts";

const columnsByName = ({ blocks }: Pick<Design, "blocks">): [string, number[]][] =>
  blocks.flatMap(({ names, columns }) => names.map((name, k): [string, number[]] => [name, [...columns[k]]]));

test.each(expectedDesigns)("the design of %s", (formula, expected) => {
  const found = columnsByName(designOf(formula, rows));
  expect(found.map(([name]) => name)).toEqual(Object.keys(expected));
  for (const [name, column] of found) {
    column.forEach((value, row) => {
      expect(value, `${name}, row ${row}`).toBeCloseTo(expected[name][row], 14);
    });
  }
});

const groupCases: [string, string, string[], number[], Record<string, number[]>][] = [
  ["(1 | g)", "g", ["s1", "s2", "s3"], [0, 0, 1, 1, 2, 2], { Intercept: [1, 1, 1, 1, 1, 1] }],
  [
    "x + (x | g)",
    "g",
    ["s1", "s2", "s3"],
    [0, 0, 1, 1, 2, 2],
    { Intercept: [1, 1, 1, 1, 1, 1], x: [1, 2, 3, 4, 5, 7] },
  ],
  ["(0 + x | h)", "h", ["m", "n"], [0, 1, 0, 1, 0, 1], { x: [1, 2, 3, 4, 5, 7] }],
  [
    "(a | g)",
    "g",
    ["s1", "s2", "s3"],
    [0, 0, 1, 1, 2, 2],
    { Intercept: [1, 1, 1, 1, 1, 1], "a[q]": [0, 1, 0, 1, 0, 1] },
  ],
  [
    "a + (0 + a | g)",
    "g",
    ["s1", "s2", "s3"],
    [0, 0, 1, 1, 2, 2],
    { "a[p]": [1, 0, 1, 0, 1, 0], "a[q]": [0, 1, 0, 1, 0, 1] },
  ],
  [
    "(1 | b:h)",
    "b:h",
    ["u:m", "u:n", "v:m", "v:n", "w:m", "w:n"],
    [0, 1, 2, 3, 4, 5],
    { Intercept: [1, 1, 1, 1, 1, 1] },
  ],
  [
    "(1 | h:g)",
    "h:g",
    ["m:s1", "m:s2", "m:s3", "n:s1", "n:s2", "n:s3"],
    [0, 3, 1, 4, 2, 5],
    { Intercept: [1, 1, 1, 1, 1, 1] },
  ],
];

test.each(groupCases)("the group term of %s", (formula, grouping, levels, codes, columns) => {
  const { groups } = designOf(formula, rows);
  expect(groups).toHaveLength(1);
  expect(groups[0].grouping).toBe(grouping);
  expect(groups[0].levels).toEqual(levels);
  expect([...groups[0].codes]).toEqual(codes);
  expect(Object.fromEntries(columnsByName(groups[0]))).toEqual(columns);
});

test("only combinations of groups that occur are groups", () => {
  const { groups } = designOf("(1 | g:k)", { g: ["a", "b", "b"], k: [10, 9, 10] });
  expect(groups[0].levels).toEqual(["a:10", "b:9", "b:10"]);
  expect([...groups[0].codes]).toEqual([0, 1, 2]);
});

test("combinations whose labels join to the same text are refused with the row of the second", () => {
  const columns = { y: [1, 2, 3], g: ["a:b", "c", "a"], h: ["c", "d", "b:c"] };
  expectRefusal(() => designOf("1 + (1 | g:h)", columns), { kind: "model", field: "g:h", row: 2 }, /called a:b:c/);
});

test("a nested grouping is the outer one and the combinations", () => {
  const { groups } = designOf("(1 + x | g / h)", rows);
  expect(groups.map(({ grouping }) => grouping)).toEqual(["g", "g:h"]);
});

test("levels: text by code units, labels that are numbers by size, declared ones as they are declared", () => {
  const names = (formula: string, data: Record<string, readonly string[] | number[]>, levels = {}): string[] =>
    columnsByName(designOf(formula, data, { levels })).map(([name]) => name);
  expect(names("0 + c", { c: ["b", "B", "a"] })).toEqual(["c[B]", "c[a]", "c[b]"]);
  expect(names("0 + c", { c: ["10", "9", "9"] })).toEqual(["c[9]", "c[10]"]);
  expect(names("c", { c: ["hard", "easy", "easy"] }, { c: ["hard", "easy"] })).toEqual(["Intercept", "c[easy]"]);
  expect(names("c", { c: [2, 1, 2] }, { c: ["1", "2"] })).toEqual(["Intercept", "c[2]"]);
  expect(names("C(c)", { c: [2, 1, 3] })).toEqual(["Intercept", "C(c)[2]", "C(c)[3]"]);
  expect(names("C(c, 2)", { c: [2, 1, 3] })).toEqual(["Intercept", "C(c, 2)[1]", "C(c, 2)[3]"]);
  expect(names('C(c, "b")', { c: ["a", "b"] })).toEqual(["Intercept", 'C(c, "b")[a]']);
});

test("new data are coded, scaled and centred as the training data were", () => {
  const { training } = designOf("scale(log(x)) + center(z) + a + (1 | g)", rows);
  const again = designOf(
    "scale(log(x)) + center(z) + a + (1 | g)",
    { x: [Math.E], z: [4], a: ["q"], g: ["s3"] },
    training,
  );
  const logs = rows.x.map(Math.log);
  const mean = logs.reduce((sum, x) => sum + x) / 6;
  const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5);
  const found = Object.fromEntries(columnsByName(again));
  expect(found["scale(log(x))"][0]).toBeCloseTo((1 - mean) / deviation, 14);
  expect(found["center(z)"][0]).toBeCloseTo(4 - 2.5 / 6, 14);
  expect(found["a[q]"]).toEqual([1]);
  expect([...again.groups[0].codes]).toEqual([2]);
  expect(structuredClone(training)).toEqual(training);
});

test("a table of @poolish/io is data", () => {
  const table = { numRows: 2, columns: { x: Float64Array.of(1, 2), c: ["a", "b"] } };
  expect(columnsByName(designOf("x + c", table))).toEqual([
    ["Intercept", [1, 1]],
    ["x", [1, 2]],
    ["c[b]", [0, 1]],
  ]);
});

test("arithmetic has R's precedence", () => {
  const value = (text: string): number => designOf(`0 + I(${text})`, { x: [3] }).blocks[0].columns[0][0];
  expect(value("-x^2")).toBe(-9);
  expect(value("2^3^2")).toBe(512);
  expect(value("2 ** 3")).toBe(8);
  expect(value("1 - x - 1")).toBe(-3);
  expect(value("12 / x / 2")).toBe(2);
  expect(value("1 + 2 * x")).toBe(7);
  expect(value("(1 + 2) * x")).toBe(9);
  expect(value("exp(log(x)) + abs(-.5e1)")).toBeCloseTo(8, 14);
});

interface Crossed {
  readonly x: readonly number[];
  readonly z: readonly number[];
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/** Coding with one indicator for each level everywhere: columns that span what the formula says, many times over. */
function spanningColumns(formula: string, data: Crossed): Float64Array[] {
  const factorColumns = (label: string): Float64Array[] =>
    label === "x" || label === "z"
      ? [Float64Array.from(data[label])]
      : [...new Set(data[label as "a"])].map((level) =>
          Float64Array.from(data[label as "a"], (each) => (each === level ? 1 : 0)),
        );
  return parseFormula(formula).terms.flatMap(({ factors }) =>
    factors.reduce<Float64Array[]>(
      (columns, { label }) =>
        columns.flatMap((left) => factorColumns(label).map((right) => left.map((value, i) => value * right[i]))),
      [new Float64Array(data.x.length).fill(1)],
    ),
  );
}

function rankOf(columns: readonly Float64Array[]): number {
  const kept: Float64Array[] = [];
  for (const column of columns) if (firstDependency([...kept, column]) === undefined) kept.push(column);
  return kept.length;
}

test("law: coded columns are independent and span what all indicators span", () => {
  const index = Array.from({ length: 48 }, (_, i) => i);
  // Every combination of a and b meets eight different x and z.
  const data: Crossed = {
    x: index.map((i) => Math.sin(i * i + 1)),
    z: index.map((i) => Math.cos(3 * i * i + i)),
    a: index.map((i) => "pq"[i % 2]),
    b: index.map((i) => "uvw"[Math.floor(i / 2) % 3]),
  };
  const factor = fc.subarray(["x", "z", "a", "b"], { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(factor, { minLength: 1, maxLength: 4 }), fc.boolean(), (products, hasIntercept) => {
      const formula = `${hasIntercept ? 1 : 0} + ${products.map((each) => each.join(":")).join(" + ")}`;
      const coded = designOf(formula, { ...data }).blocks.flatMap(({ columns }) => columns);
      const spanning = spanningColumns(formula, data);
      expect(rankOf(coded)).toBe(coded.length);
      expect(rankOf(spanning)).toBe(coded.length);
      expect(rankOf([...coded, ...spanning])).toBe(coded.length);
    }),
    { seed: 8, numRuns: 200 },
  );
});

const data = {
  x: [1, 2, 0],
  y: [1, NaN, 2],
  c: ["a", "b", ""],
  k: ["a", "b", "a"],
  one: ["a", "a", "a"],
  w: [2, 2, 2],
};
const refusals: [formula: string, field: string, row: number | undefined, words: RegExp][] = [
  ["1 + q", "q", undefined, /no such column.*at column 5.*x, y, c, k/],
  ["1 + (1 | subject)", "subject", undefined, /no such column.*at column 10/],
  ["y", "y", 1, /NaN is no finite number.*at column 1/],
  ["x + log(x)", "log(x)", 2, /-Infinity.*at column 5/],
  ["I(1 / x)", "1/x", 2, /Infinity.*at column 5/],
  ["c", "c", 2, /label is missing.*at column 1/],
  ["x * log(k)", "k", undefined, /categories.*at column 9/],
  ["one", "one", undefined, /all rows have the level "a"/],
  ["scale(w)", "formula", undefined, /do not vary, at column 1/],
  ['C(k, "z")', "formula", undefined, /"z" is no level, at column 6.*a, b/],
];

test.each(refusals)("data that %s cannot use", (formula, field, row, words) => {
  const details = field === "formula" ? { kind: "model" as const, field } : { kind: "input" as const, field };
  expectRefusal(() => designOf(formula, data), { ...details, ...(row === undefined ? {} : { row }) }, words);
});

test("new levels of a predictor are refused with their row, new groups come last", () => {
  const { training } = designOf("a + (1 | g:h)", rows);
  const fresh = { a: ["p", "r"], g: ["s1", "s1"], h: ["m", "n"] };
  const refused = { kind: "input" as const, field: "a", row: 1 };
  expectRefusal(() => designOf("a + (1 | g:h)", fresh, training), refused, /unknown level "r"/);
  const { groups } = designOf("(1 | g:h) + (1 | g)", { g: ["s0", "s3"], h: ["n", "m"] }, training);
  expect(groups[0].levels).toEqual(["s1:m", "s1:n", "s2:m", "s2:n", "s3:m", "s3:n", "s0:n"]);
  expect([...groups[0].codes]).toEqual([6, 4]);
  expect(groups[1].levels).toEqual(["s1", "s2", "s3", "s0"]);
});

test("a grouping column that is a predictor too gets no new groups", () => {
  const { training } = designOf("g + (1 | g)", { g: ["s1", "s2", "s3"] });
  const refused = { kind: "input" as const, field: "g", row: 0 };
  expectRefusal(() => designOf("(1 | g)", { g: ["s9"] }, training), refused, /unknown level "s9"/);
});

test("columns of different lengths are refused", () => {
  expectRefusal(() => designOf("x", { x: [1, 2], y: [1] }), { kind: "input", field: "y" }, /1 rows, x has 2/);
});
