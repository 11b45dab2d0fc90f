import { type AutoregressiveSpec, autoregressiveBlocks } from "@poolish/estimators";
import { expect, test } from "vitest";
import { shallowDecays, smoothDecays, weightDecays } from "../../src/autoregressive/weightDecays.ts";
import { CONTINUOUS } from "../support/continuousColumn.ts";

const spec: AutoregressiveSpec = {
  kind: "autoregressive",
  columns: [CONTINUOUS, { kind: "category", values: [0, 1] }],
  numFeatures: 2,
  numConditions: 1,
  isCoupled: false,
  numComponents: 2,
  trunk: { hidden: [4, 4], activation: "silu" },
  branch: { hidden: [3], activation: "silu" },
};

/** The rate of each block of weights, 0 for those that do not decay. */
function rates(numTraining: number, decaysFor = weightDecays): Record<string, number> {
  let at = 0;
  const decays = decaysFor(spec, numTraining);
  return Object.fromEntries(
    autoregressiveBlocks(spec).map(({ name, shape }) => {
      const from = at;
      at += shape.reduce((product, length) => product * length, 1);
      const own = decays.find((decay) => decay.from === from);
      if (own !== undefined) expect(own.end).toBe(at);
      return [name, own?.rate ?? 0];
    }),
  );
}

test("only matrices of branches decay: the category's, explained first, less than the number's", () => {
  const found = rates(5000);
  for (const [name, rate] of Object.entries(found)) {
    const isMatrix = /^branch.*weight$/i.test(name);
    expect(rate, name).toBe(isMatrix ? (name.startsWith("branch.0.") ? 0.3 : 3) : 0);
  }
  expect(Object.values(found).filter((rate) => rate > 0).length).toBe(6);
});

test("a smooth trunk decays too, but for its linear paths", () => {
  const [plain, smooth] = [rates(5000), rates(5000, smoothDecays)];
  const added = Object.keys(smooth).filter((name) => smooth[name] !== plain[name]);
  expect(added.map((name) => smooth[name])).toEqual(added.map(() => 1));
  const isTrunk = (name: string) => /^(location|spread)/.test(name) && !/bias$|skip/i.test(name);
  expect(added).toEqual(Object.keys(plain).filter(isTrunk));
  expect(added.length).toBeGreaterThan(4);
});

test("a shallow trunk decays too, but for its linear paths: its spread more than its locations", () => {
  const [plain, shallow] = [rates(5000), rates(5000, shallowDecays)];
  for (const [name, rate] of Object.entries(shallow)) {
    const isPath = /bias$|skip/i.test(name);
    const own = name.startsWith("location") ? 0.03 : name.startsWith("spread") ? 0.1 : plain[name];
    expect(rate, name).toBe(isPath ? 0 : own);
  }
});

test.each([weightDecays, shallowDecays])(
  "beyond 10,000 simulations the decay falls in proportion (%#)",
  (decaysFor) => {
    const [few, many] = [rates(10_000, decaysFor), rates(400_000, decaysFor)];
    for (const name of Object.keys(few)) expect(many[name]).toBeCloseTo(few[name] / 40, 15);
  },
);
