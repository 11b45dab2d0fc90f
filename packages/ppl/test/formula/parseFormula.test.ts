import { parseFormula } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { groupingOf, labelOf } from "../../src/formula/formula.ts";
import { parseSyntax } from "../../src/formula/parseSyntax.ts";
import { type Syntax, textOf } from "../../src/formula/syntax.ts";

const fixed = (text: string): string[] => parseFormula(text).terms.map(labelOf);
const groups = (text: string): string[] =>
  parseFormula(text).groups.map((group) => {
    const bar = group.isCorrelated ? "|" : "||";
    return `${group.terms.map(labelOf).join("+")} ${bar} ${groupingOf(group)}`;
  });

test.each([
  ["1", ["Intercept"]],
  ["x", ["Intercept", "x"]],
  ["0 + x", ["x"]],
  ["x + 0", ["x"]],
  ["x - 1", ["x"]],
  ["-1 + x", ["x"]],
  ["x + -1", ["x"]],
  ["0 + x + 1", ["Intercept", "x"]],
  ["y ~ x", ["Intercept", "x"]],
  ["~ x", ["Intercept", "x"]],
  ["a * b", ["Intercept", "a", "b", "a:b"]],
  ["a:b + a", ["Intercept", "a", "a:b"]],
  ["b:a + a:b + a + a", ["Intercept", "a", "b:a"]],
  ["a:a", ["Intercept", "a"]],
  ["a / b", ["Intercept", "a", "a:b"]],
  ["a / b / c", ["Intercept", "a", "a:b", "a:b:c"]],
  ["(a + b) / c", ["Intercept", "a", "b", "a:b:c"]],
  ["a / (b + c)", ["Intercept", "a", "a:b", "a:c"]],
  ["a * b:c", ["Intercept", "a", "b:c", "a:b:c"]],
  ["(a + b + c)^2", ["Intercept", "a", "b", "c", "a:b", "a:c", "b:c"]],
  ["(a + b) ** 3", ["Intercept", "a", "b", "a:b"]],
  ["a * b * c - a:b:c", ["Intercept", "a", "b", "c", "a:b", "a:c", "b:c"]],
  ["(a + b - a):c", ["Intercept", "b:c"]],
  ["log( x+1 ) + `reaction time`:a.b", ["Intercept", "log(x + 1)", "reaction time:a.b"]],
  ["I((x + 1) * 2) + I(x^2)", ["Intercept", "I((x + 1) * 2)", "I(x^2)"]],
])("the terms of %s", (text, expected) => {
  expect(fixed(text)).toEqual(expected);
});

test.each([
  ["(1 | g)", ["Intercept | g"]],
  ["x + (x | g)", ["Intercept+x | g"]],
  ["(0 + x | g) + (1 | h)", ["x | g", "Intercept | h"]],
  ["(x || g)", ["Intercept+x || g"]],
  ["(1 | g / h)", ["Intercept | g", "Intercept | g:h"]],
  ["(1 | g:h)", ["Intercept | g:h"]],
  ["(1 | g + h)", ["Intercept | g", "Intercept | h"]],
  ["(a * x - 1 | g)", ["a+x+a:x | g"]],
  ["(1 | g) + (0 + x | g)", ["Intercept | g", "x | g"]],
  ["((1 | g))", ["Intercept | g"]],
])("the group terms of %s", (text, expected) => {
  expect(groups(text)).toEqual(expected);
});

test("the left side is kept", () => {
  expect(parseFormula("v ~ x").response).toBe("v");
  expect(parseFormula("x")).not.toHaveProperty("response");
});

test.each<[string, number, RegExp]>([
  ["", 1, /empty/],
  ["1 +", 4, /ends where a term is expected/],
  ["1 + x y", 7, /"y" follows without an operator/],
  ["1 + (x | g", 5, /"\(" is never closed/],
  ["1 + x)", 6, /"\)" closes nothing/],
  ["1 + x | g", 7, /outside parentheses.*\(1 \+ x \| group\)/],
  ["1 + x % 2", 7, /"%" is not part/],
  ["1 + `x", 5, /quote ` is never closed/],
  ["2 * x", 1, /number 2 cannot be combined.*I\(2 \* x\)/],
  ["x + 2", 5, /number 2 is no term/],
  ["x^2", 2, /I\(x\^2\)/],
  ["(a + b)^0.5", 9, /no whole number/],
  ["y ~ x ~ z", 7, /second "~"/],
  ["log(y) ~ x", 1, /left side log\(y\) is no name/],
  ["x - 0", 5, /removes nothing/],
  ["x:(1 | g)", 6, /"\|" cannot stand inside a term/],
  ["((1 | g) | h)", 5, /group term inside a group term/],
  ["(0 | g)", 4, /nothing varies/],
  ["(1 | log(g))", 6, /log\(g\) is no grouping column/],
  ["(x | g) + (1 | g)", 12, /already varies over g/],
  ["a : + b", 5, /"\+" cannot stand inside a product/],
  ['x + "a"', 5, /quoted text is no term/],
  ["log(x, )", 8, /"\)" stands where a term/],
  ["log(x z)", 7, /"z" stands where "\)"/],
  ["* x", 1, /"\*" stands where a term/],
])("a wrong formula: %s", (text, column, words) => {
  expectRefusal(
    () => parseFormula(text, "v"),
    { kind: "model", field: "v" },
    words,
    new RegExp(`at column ${column} of`),
  );
});

const syntaxes = fc.letrec<{ tree: Syntax }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom("x", "y").map((name): Syntax => ({ kind: "name", name, at: 0 })),
    fc.nat(9).map((value): Syntax => ({ kind: "number", value, at: 0 })),
    fc
      .tuple(fc.constantFrom("+", "-", "*", "/", ":", "^", "|", "||"), tie("tree"), tie("tree"))
      .map(([operator, left, right]): Syntax => ({ kind: "binary", operator: operator as "+", left, right, at: 0 })),
    tie("tree").map((operand): Syntax => ({ kind: "sign", operator: "-", operand, at: 0 })),
    tie("tree").map((input): Syntax => ({ kind: "call", name: "f", inputs: [input], at: 0 })),
  ),
})).tree;

const withoutPlaces = (syntax: Syntax): unknown =>
  JSON.parse(JSON.stringify(syntax, (key, value: unknown) => (key === "at" ? undefined : value)));

test("law: what textOf writes is read back as the same tree", () => {
  fc.assert(
    fc.property(syntaxes, (tree) => {
      const call: Syntax = { kind: "call", name: "f", inputs: [tree], at: 0 };
      expect(withoutPlaces(parseSyntax({ field: "f", text: textOf(call) }))).toEqual(withoutPlaces(call));
    }),
    { seed: 8, numRuns: 500 },
  );
});
