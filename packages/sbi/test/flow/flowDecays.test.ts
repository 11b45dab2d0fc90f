import { type FlowSpec, flowBlocks } from "@poolish/estimators";
import { expect, test } from "vitest";
import { flowDecays, usualFlowDecays } from "../../src/flow/flowDecays.ts";
import { CONTINUOUS } from "../support/continuousColumn.ts";

const spec: FlowSpec = {
  ...{
    kind: "flow",
    transform: { kind: "affine" },
    columns: [CONTINUOUS, CONTINUOUS],
    numFeatures: 2,
    numConditions: 1,
  },
  orders: [
    [0, 1],
    [1, 0],
  ],
  ...{ hidden: [4, 4], activation: "tanh", hasSkip: true },
};

test("all matrices of a flow decay, but for linear paths; biases do not", () => {
  const decays = flowDecays(spec, 0.3, 5000);
  let at = 0;
  const rates = Object.fromEntries(
    flowBlocks(spec).map(({ name, shape }) => {
      const from = at;
      at += shape.reduce((product, length) => product * length, 1);
      const own = decays.find((decay) => decay.from === from && decay.end === at);
      return [name, own?.rate ?? 0];
    }),
  );
  const decaying = Object.keys(rates).filter((name) => rates[name] > 0);
  // In each of two transforms: one of θ and one of terms to the first layer, one to the second, one to the outputs.
  expect(decaying).toHaveLength(8);
  expect(decays).toHaveLength(8);
  for (const name of decaying) {
    expect(name).toMatch(/weight$/i);
    expect(name).not.toContain("skip");
    expect(rates[name]).toBe(0.3);
  }
});

test("flows decay a little by default, splines not at all", () => {
  expect(usualFlowDecays(spec, 5000)).toEqual(flowDecays(spec, 0.03, 5000));
  expect(usualFlowDecays({ ...spec, transform: { kind: "spline", numBins: 5, bound: 3 } }, 5000)).toEqual([]);
});

test("beyond 10,000 simulations the decay falls in proportion", () => {
  for (const { rate } of flowDecays(spec, 0.3, 40_000)) expect(rate).toBeCloseTo(0.075, 12);
});
