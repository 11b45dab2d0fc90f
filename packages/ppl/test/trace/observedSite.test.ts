import { exponential, normal, poisson, uniform } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, test } from "vitest";
import { compiling, type Define } from "../support/compiling.ts";

describe("observe refuses", () => {
  test.each<[string, Define, number, RegExp]>([
    ["NaN", ({ observe }) => observe("y", normal(0, 1), [1, NaN]), 1, /1 of 2 observations are missing.*at random/],
    ["infinity", ({ observe }) => observe("y", normal(0, 1), [Infinity]), 0, /Infinity cannot/],
    ["a fractional count", ({ observe }) => observe("y", poisson(2), [0, 3, 0.5]), 2, /0.5 .*integer of at least 0/],
    ["a negative count", ({ observe }) => observe("y", poisson(2), [-1, 3]), 0, /-1 cannot/],
    ["a value at a bound", ({ observe }) => observe("y", exponential(2), [1, 0]), 1, /a number above 0/],
    ["a value beyond a known bound", ({ observe }) => observe("y", uniform(0, 2), [1, 3]), 1, /between 0 and 2/],
    [
      "a value beyond the bound that is known of two",
      ({ sample, observe }) => observe("y", uniform(0, sample("upper", exponential(1))), [1, -3]),
      1,
      /-3 cannot come from uniform, which needs a number above 0/,
    ],
  ])("%s, with its row", (_, define, row, words) => {
    expectRefusal(compiling(define), { kind: "input", field: "y", row }, words);
  });

  test.each<[string, readonly number[] | number, RegExp]>([
    ["too few values", [1], /shape \[a: 2\], the data have 1/],
    ["one number for all members, which would count it twice", 1, /shape \[a: 2\], the data have 1/],
    ["too many values", [1, 2, 3], /shape \[a: 2\], the data have 3/],
  ])("%s", (_, data, words) => {
    const define: Define = ({ sample, plate, observe }) =>
      observe(
        "y",
        plate("a", 2, () => normal(sample("x", normal(0, 1)), 1)),
        data,
      );
    expectRefusal(compiling(define), { kind: "model", field: "y" }, words, /\.at\(data\.group\)/);
  });

  test("values of an outer plate under parameters of the inner one", () => {
    const define: Define = ({ sample, plate, observe }) =>
      plate("a", 2, () => plate("b", 3, () => observe("y", normal(sample("x", normal(0, 1)), 1), [1, 2])));
    expectRefusal(compiling(define), { kind: "model", field: "y" }, /shape \[a: 2, b: 3\], the data have 2/);
  });
});
