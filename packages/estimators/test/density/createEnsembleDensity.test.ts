import { rngFromSeed } from "@poolish/core";
import { expectMeanWithin } from "@poolish/testkit";
import { expect, test } from "vitest";
import type { ConditionalDensity } from "../../src/density/conditionalDensity.ts";
import { createEnsembleDensity } from "../../src/density/createEnsembleDensity.ts";

/** log p = logTerms; the pullback adds `slope` times the adjoints to the one feature; draws are `draw`. */
function member(logTerms: readonly number[], slope: number, draw: number): ConditionalDensity {
  return {
    numWeights: 0,
    setWeights() {},
    setTerms() {},
    evaluate: (_features, _numRows, out) => out.set(logTerms),
    pullback(adjoint, { features }) {
      if (features !== undefined) for (let i = 0; i < logTerms.length; i++) features[0] += slope * adjoint[i];
    },
    sample: (_rng, _features, _numRows, [column]) => column.fill(draw),
  };
}

const LOGS = [
  [-1, -800, -Infinity],
  [-2, -801, -Infinity],
  [-3, -900, -Infinity],
];
const none = new Float64Array(0);

function evaluated() {
  const density = createEnsembleDensity(
    LOGS.map((logs, k) => member(logs, 10 ** k, k)),
    3,
  );
  density.setTerms({ numTerms: 3, rowOfTerm: new Int32Array(3), columns: [], conditions: none });
  const logTerms = new Float64Array(3);
  density.evaluate(none, 1, logTerms);
  return { density, logTerms };
}

test("the log of the members' mean, also where exp underflows; -Infinity where all are", () => {
  const { logTerms } = evaluated();
  expect(logTerms[0]).toBeCloseTo(Math.log((Math.exp(-1) + Math.exp(-2) + Math.exp(-3)) / 3), 13);
  expect(logTerms[1]).toBeCloseTo(-800 + Math.log((1 + Math.exp(-1)) / 3), 10);
  expect(logTerms[2]).toBe(-Infinity);
});

test("each member's adjoints are its shares; none where every member is -Infinity", () => {
  const { density } = evaluated();
  const features = new Float64Array(1);
  density.pullback(Float64Array.of(2, 0, 5), { features });
  const shares = [-1, -2, -3].map(Math.exp);
  const total = shares.reduce((a, b) => a + b);
  expect(features[0]).toBeCloseTo((2 * (shares[0] + 10 * shares[1] + 100 * shares[2])) / total, 12);
});

test("each term draws from a member of its own choice", () => {
  const numTerms = 9000;
  const density = createEnsembleDensity(
    [0, 1, 2].map((k) => member([], 0, k)),
    numTerms,
  );
  density.setTerms({ numTerms, rowOfTerm: new Int32Array(numTerms), columns: [], conditions: none });
  const column = new Float64Array(numTerms);
  density.sample(rngFromSeed(1), none, 1, [column]);
  for (const k of [0, 1, 2]) {
    expectMeanWithin({
      estimate: column.filter((draw) => draw === k).length / numTerms,
      expected: 1 / 3,
      standardError: Math.sqrt(2 / 9 / numTerms),
      numComparisons: 3,
    });
  }
});

test("a single member is itself; an ensemble's weights are set member by member", () => {
  const alone = member([-1], 1, 0);
  expect(createEnsembleDensity([alone], 1)).toBe(alone);
  expect(() => evaluated().density.setWeights(new Float32Array(0))).toThrow("one by one");
});
