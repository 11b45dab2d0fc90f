import { type Node, normal } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, test } from "vitest";
import { compiling, type Define } from "../support/compiling.ts";

describe("a value of a model refuses to be", () => {
  const using = (use: (x: Node) => unknown): (() => unknown) =>
    compiling(({ sample }) => {
      use(sample("x", normal(0, 1)));
    });
  /** What JavaScript allows and TypeScript does not. */
  const asNumber = (x: unknown): number => x as number;

  test.each<[string, (x: Node) => unknown]>([
    ["compared", (x) => (asNumber(x) > 0 ? 1 : 2)],
    ["multiplied by *", (x) => asNumber(x) * 2],
    ["an argument of Math.exp", (x) => Math.exp(asNumber(x))],
    ["an index", (x) => [1, 2][asNumber(x)]],
    ["text", (x) => `${x}`],
  ])("%s", (_, use) => {
    expectRefusal(using(use), { kind: "model" }, /used as a number/, /mu\.mul\(2\)/, /WebPPL/);
  });

  test("part of another model", () => {
    let leaked: Node | undefined;
    compiling(({ sample }) => {
      leaked = sample("x", normal(0, 1));
    })();
    expectRefusal(
      using((x) => x.add(leaked as Node)),
      { kind: "model" },
      /another model/,
    );
  });

  test.each<[string, number | number[], { row?: number }]>([
    ["combined with NaN", NaN, {}],
    ["combined with data that have a NaN", [1, 2, NaN], { row: 2 }],
  ])("%s", (_, operand, where) => {
    expectRefusal(
      using((x) => x.mul(operand)),
      { kind: "input", ...where },
      /NaN/,
    );
  });
});

describe("at refuses", () => {
  test.each([
    ["an index beyond the last", [0, 2, 3, 9], 2, /index 3 is not one of the 3.*0 to 2/],
    ["a negative index", [-1], 0, /index -1/],
    ["a fraction", [0, 0.5], 1, /index 0.5/],
    ["NaN", [0, NaN], 1, /index NaN/],
  ])("%s, with its row", (_, index, row, words) => {
    const define: Define = ({ sample, plate }) => {
      plate("a", 3, () => sample("x", normal(0, 1))).at(index);
    };
    expectRefusal(compiling(define), { kind: "input", field: "a", row }, words);
  });

  test.each<[string, Define, RegExp]>([
    ["a scalar", ({ sample }) => void sample("x", normal(0, 1)).at([0]), /shape \[\] takes 0 indices/],
    [
      "a value over two plates",
      ({ sample, plate }) => void plate("a", 2, () => plate("b", 2, () => sample("x", normal(0, 1)))).at([0]),
      /shape \[a: 2, b: 2\] takes 2 indices.*got 1/,
    ],
  ])("to index %s", (_, define, words) => {
    expectRefusal(compiling(define), { kind: "model", field: "x" }, words);
  });
});
