import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { estimatorFromBytes } from "../../src/estimatorFromBytes.ts";
import { fromOnnx } from "../../src/onnx/fromOnnx.ts";
import { toOnnx } from "../../src/onnx/toOnnx.ts";
import { ANGLE_SPEC, angleBytes, angleNetwork, goldenTrials } from "../support/angleNetwork.ts";

// The network's last weights sum to 570 in absolute value: float32 leaves 1e-5 nats, in its own framework too.
test("gives the golden values of the network's own framework", () => {
  const network = angleNetwork();
  for (const trial of goldenTrials()) {
    const [value] = network.logProb(trial.slice(5, 7), trial.slice(0, 5));
    expect(Math.abs(value - trial[7]) / Math.max(1, Math.abs(trial[7]))).toBeLessThan(1e-5);
  }
});

test("reports what it found, and warns of a density that does not integrate to 1", () => {
  const warnings: string[] = [];
  const { report } = fromOnnx(angleBytes(), ANGLE_SPEC, { onWarning: (message) => warnings.push(message) });
  expect(report).toMatchObject({ numInputs: 7, batch: 1, opset: 17, numNonFinite: 0 });
  expect(report.layers).toEqual(["tanh 100", "tanh 100", "identity 1"]);
  expect(report.numPoints).toBeGreaterThan(10_000);
  expect(report.mass?.mean).toBeGreaterThan(1.2);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^angle: its density integrates to 1\.\d+ on average/);
});

/** Trials of two subjects, equal ones among them, and one that is faster than its subject's t. */
const TRIALS = {
  rt: [0.9, 1.4, 0.9, 0.55, 2.1, 1.4, 0.31],
  response: [1, -1, 1, 1, -1, -1, 1],
};
const ROW = Int32Array.of(0, 0, 0, 1, 1, 0, 1);
const THETA = [1.1, 1.3, 0.45, 0.3, 0.2, -0.4, 0.9, 0.6, 0.4, 0.35];

test("counts equal trials, and has the gradient of its values, also where a trial is faster than t", () => {
  const bound = angleNetwork().bind(TRIALS, ROW, 2);
  expect(bound.numTerms).toBe(5);
  expect([...bound.multiplicity].sort()).toEqual([1, 1, 1, 2, 2]);
  const logTerms = new Float64Array(5);
  const total = (theta: readonly number[]): number => {
    bound.evaluate(Float64Array.from(theta), logTerms);
    return logTerms.reduce((sum, value, i) => sum + bound.multiplicity[i] * value, 0);
  };
  total(THETA);
  const gradient = new Float64Array(10).fill(1);
  bound.pullback(bound.multiplicity, gradient);
  // Values are float32 sums of a few nats: central differences of 2e-3 leave noise of 1e-5 / 2e-3.
  for (let p = 0; p < THETA.length; p++) {
    const moved = (by: number) => total(THETA.map((value, k) => (k === p ? value + by : value)));
    const difference = (moved(1e-3) - moved(-1e-3)) / 2e-3;
    expect(Math.abs(gradient[p] - 1 - difference)).toBeLessThan(0.02 + 2e-3 * Math.abs(difference));
  }
});

test("loses a nat for each edge of distance below the bound that a parameter sets", () => {
  const network = angleNetwork();
  const theta = [1, 1.2, 0.5, 0.4, 0.2];
  const [at] = network.logProb([0.4, 1], theta);
  const [below] = network.logProb([0.4 - 0.0199, 1], theta);
  // The edge is a thousandth of t's box, 1.999 ms.
  expect(below - at).toBeCloseTo(-0.0199 / 0.001999, 4);
});

test("is -Infinity off the support of a parameter", () => {
  expect(angleNetwork().logProb([1, 1], [1, -0.2, 0.5, 0.3, 0.2])[0]).toBe(-Infinity);
});

test("is the same likelihood after a trip through its descriptor, to the bit", () => {
  const network = angleNetwork();
  const descriptor = structuredClone(network.toDescriptor());
  if (descriptor.kind !== "estimator") throw new Error("an imported network travels as an estimator's file");
  const revived = estimatorFromBytes(descriptor.bytes);
  const theta = Float64Array.from(THETA.slice(0, 5));
  const x = TRIALS.rt.flatMap((rt, i) => [rt, TRIALS.response[i]]);
  expect(revived.logProb(x, theta)).toEqual(network.logProb(x, theta));
  expect(revived.spec).toEqual(network.spec);
});

test("reads what toOnnx has written of it, to the bit", () => {
  const network = angleNetwork();
  const again = fromOnnx(toOnnx(network), ANGLE_SPEC, { onWarning: () => {} });
  expect(again.weights).toEqual(network.weights);
  expect(again.report.batch).toBe("any");
  expect(again.report.producer).toBe("Poolish");
});

test("draws what its density says", () => {
  const network = angleNetwork();
  const theta = [1, 1.2, 0.5, 0.4, 0.2];
  const count = 20_000;
  const draws = network.sample(rngFromSeed(4), theta, count);
  // Densities at the midpoints of fine bins, normalised over both responses: this network's mass is not 1.
  const width = 0.01;
  const bins = 1500;
  const masses = [-1, 1].map((response) => {
    const x = Array.from({ length: bins }, (_, k) => [0.4 + (k + 0.5) * width, response]).flat();
    return network.logProb(x, theta).map((value) => Math.exp(value) * width);
  });
  const total = masses.flatMap((values) => [...values]).reduce((sum, value) => sum + value, 0);
  const share = (response: number, before: number) =>
    masses[response].reduce((sum, value, k) => (0.4 + (k + 1) * width <= before + 1e-9 ? sum + value : sum), 0) / total;
  for (const [response, before] of [
    [0, 16],
    [1, 16],
    [0, 0.9],
    [1, 0.8],
  ]) {
    let seen = 0;
    for (let i = 0; i < count; i++) {
      if (draws[2 * i] < before && draws[2 * i + 1] === 2 * response - 1) seen++;
    }
    const expected = share(response, before);
    // 4 standard errors of a share, and 2e-3 for densities that are taken as linear between points of the grid.
    const error = 4 * Math.sqrt((expected * (1 - expected)) / count) + 2e-3;
    expect(Math.abs(seen / count - expected)).toBeLessThan(error);
  }
});
