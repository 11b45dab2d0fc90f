import { expect, test } from "vitest";
import { elementNames, variablesOf } from "../../src/names/variables.ts";

test("one choice is a number, several of one name an array counted from 1", () => {
  const variables = variablesOf(["mu", "rate", "sigma", "rate"], [1, 1, 1, 1]);
  expect(variables).toEqual([
    { name: "mu", shape: [], indices: [0] },
    { name: "rate", shape: [2], indices: [1, 3] },
    { name: "sigma", shape: [], indices: [2] },
  ]);
  expect(variables.flatMap(elementNames)).toEqual(["mu", "rate[1]", "rate[2]", "sigma"]);
});

test("vectors have an index of their own", () => {
  const [one, two] = variablesOf(["p", "q", "q"], [3, 2, 2]);
  expect(elementNames(one)).toEqual(["p[1]", "p[2]", "p[3]"]);
  expect(two.shape).toEqual([2, 2]);
  expect(elementNames(two)).toEqual(["q[1,1]", "q[1,2]", "q[2,1]", "q[2,2]"]);
});

test("vectors of different lengths are laid end to end, constants are left out", () => {
  const variables = variablesOf(["q", "fixed", "q"], [2, 0, 1]);
  expect(variables).toEqual([{ name: "q", shape: [3], indices: [0, 1, 2] }]);
});
