import { parsePrior, priorText } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { expect, test } from "vitest";
import { distributionOf, parseCorrelationPrior, parseScalePrior } from "../../src/formula/prior.ts";

test("priors are read from text", () => {
  const prior = parsePrior("normal( -1, 1/4 )", "v");
  expect(prior).toEqual({ family: "normal", parameters: [-1, 0.25], isCustom: true });
  expect(priorText(prior)).toBe("normal(-1, 0.25)");
  expect(distributionOf(prior).logProb(-1)).toBeCloseTo(Math.log(4) - Math.log(2 * Math.PI) / 2, 14);
  expect(parsePrior("studentT(4, 0, 1e-1)", "v").parameters).toEqual([4, 0, 0.1]);
  expect(parseScalePrior("exponential(2)", "s").family).toBe("exponential");
  expect(parseCorrelationPrior("lkj(1.5)", "r")).toBe(1.5);
});

test.each<[string, number, RegExp]>([
  ["norml(0, 1)", 1, /norml is no continuous distribution.*normal/],
  ["poisson(2)", 1, /no continuous/],
  ["normal(0)", 1, /takes 2 numbers, got 1.*normal\(mean, standardDeviation\)/],
  ["normal(0, -1)", 1, /standardDeviation cannot be -1/],
  ["uniform(2, 1)", 1, /no number lies between 2 and 1/],
  ["normal(mu, 1)", 8, /parameters are numbers/],
  ["normal", 1, /distribution with numbers/],
  ["normal(0, 1", 7, /never closed/],
])("a wrong prior: %s", (text, column, words) => {
  expectRefusal(
    () => parsePrior(text, "v_x"),
    { kind: "model", field: "v_x" },
    words,
    RegExp(`at column ${column} of`),
  );
});

test("standard deviations and correlations have priors of their own kinds", () => {
  expectRefusal(() => parseScalePrior("normal(0, 1)", "s"), { kind: "model", field: "s" }, /below 0/);
  expectRefusal(() => parseCorrelationPrior("normal(0, 1)", "r"), { kind: "model", field: "r" }, /lkj\(shape\)/);
  expectRefusal(() => parseCorrelationPrior("lkj(0)", "r"), { kind: "model", field: "r" }, /above 0/);
});
