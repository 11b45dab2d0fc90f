import { PoolishError } from "@poolish/core";
import { expect, test } from "vitest";
import { estimatorFromBytes } from "../../src/estimatorFromBytes.ts";
import { fromOnnx, type ImportedNetwork } from "../../src/onnx/fromOnnx.ts";
import type { OnnxSpec } from "../../src/onnx/onnxSpec.ts";
import { toOnnx } from "../../src/onnx/toOnnx.ts";
import { ANGLE_SPEC, angleBytes, angleNetwork } from "../support/angleNetwork.ts";

const silent = { onWarning: () => {} };
const normalised = fromOnnx(angleBytes(), ANGLE_SPEC, { ...silent, normalise: true });
const THETA = [1.1, 1.3, 0.45, 0.3, 0.2];

/** The slow twin: the trapezoidal rule in steps of 4 ms, 40 s far. */
function massOf(network: ImportedNetwork, theta: readonly number[]): number {
  const step = 0.004;
  const t = theta[3];
  let mass = 0;
  for (const response of [-1, 1]) {
    const x = Array.from({ length: 10_001 }, (_, i) => [t + 1e-9 + step * i, response]).flat();
    network.logProb(x, theta).forEach((value, i) => {
      mass += step * Math.exp(value) * (i === 0 || i === 10_000 ? 0.5 : 1);
    });
  }
  return mass;
}

test("divides by the mass of the row, which the report states", () => {
  const raw = massOf(angleNetwork(), THETA);
  expect(Math.abs(raw - 1)).toBeGreaterThan(0.1);
  const x = [0.9, 1, 0.5, -1, 2.2, 1];
  const before = angleNetwork().logProb(x, THETA);
  // The grid is right to 1e-3 (`chooseMassGrid`), the twin to as much.
  normalised.logProb(x, THETA).forEach((value, i) => {
    expect(Math.abs(value - (before[i] - Math.log(raw)))).toBeLessThan(2e-3);
  });
  expect(normalised.report.networkMass).toEqual(angleNetwork().report.mass);
  expect(normalised.report.mass?.mean).toBeCloseTo(1, 2);
  expect(normalised.report.warnings).toEqual([]);
  expect(normalised.report.normaliser % 16).toBe(0);
  expect(angleNetwork().report.normaliser).toBe(0);
});

test("has the gradient of its values, also in the bound that moves the grid", () => {
  const rows = [...THETA, -0.4, 0.9, 0.6, 0.4, 0.35];
  const trials = { rt: [0.9, 1.4, 0.9, 0.7, 2.1], response: [1, -1, 1, 1, -1] };
  const bound = normalised.bind(trials, Int32Array.of(0, 0, 0, 1, 1), 2);
  const logTerms = new Float64Array(bound.numTerms);
  const total = (theta: readonly number[]): number => {
    bound.evaluate(Float64Array.from(theta), logTerms);
    return logTerms.reduce((sum, value, i) => sum + bound.multiplicity[i] * value, 0);
  };
  total(rows);
  const gradient = new Float64Array(10);
  bound.pullback(bound.multiplicity, gradient);
  // Values are float32 sums of a few nats: central differences of 2e-3 leave noise of 1e-5 / 2e-3.
  gradient.forEach((value, p) => {
    const moved = (by: number) => total(rows.map((each, k) => (k === p ? each + by : each)));
    const difference = (moved(1e-3) - moved(-1e-3)) / 2e-3;
    expect(Math.abs(value - difference)).toBeLessThan(0.02 + 2e-3 * Math.abs(difference));
  });
});

test("follows a column up to its own bound", () => {
  const [rt, response] = ANGLE_SPEC.columns;
  const spec: OnnxSpec = { ...ANGLE_SPEC, columns: [{ ...rt, bounds: { lower: "t", upper: 3 } }, response] };
  const network = fromOnnx(angleBytes(), spec, { ...silent, normalise: true });
  const before = angleNetwork().logProb([0.9, 1], THETA)[0];
  const after = (t: number): number => network.logProb([0.9, 1], [1.1, 1.3, 0.45, t, 0.2])[0];
  const step = 0.002;
  let mass = 0;
  for (const choice of [-1, 1]) {
    const x = Array.from({ length: 1351 }, (_, i) => [0.3 + 1e-9 + step * i, choice]).flat();
    angleNetwork()
      .logProb(x, THETA)
      .forEach((value, i) => {
        mass += step * Math.exp(value) * (i === 0 || i === 1350 ? 0.5 : 1);
      });
  }
  expect(Math.abs(after(0.3) - (before - Math.log(mass)))).toBeLessThan(2e-3);
  const bound = network.bind({ rt: [0.9], response: [1] }, Int32Array.of(0), 1);
  const gradient = new Float64Array(5);
  bound.evaluate(Float64Array.from(THETA), new Float64Array(1));
  bound.pullback(bound.multiplicity, gradient);
  expect(Math.abs(gradient[3] - (after(0.301) - after(0.299)) / 0.002)).toBeLessThan(0.02);
  // No x lies between 3 and 3, nor above 3.2 and below 3.
  expect([after(3), after(3.2)]).toEqual([-Infinity, -Infinity]);
});

test("rows of the box that have no room do not ask for a finer grid", () => {
  const pointsUpTo = (upper: number): number => {
    const [rt, response] = ANGLE_SPEC.columns;
    const spec: OnnxSpec = { ...ANGLE_SPEC, columns: [{ ...rt, bounds: { lower: "t", upper } }, response] };
    return fromOnnx(angleBytes(), spec, { ...silent, normalise: true }).report.normaliser;
  };
  const [, , , t] = ANGLE_SPEC.parameters;
  expect(t.name).toBe("t");
  expect(pointsUpTo(0.6 * (t.box?.[1] ?? 0))).toBeLessThanOrEqual(pointsUpTo(3));
});

test("is the same density after a trip through its descriptor, to the bit", () => {
  const descriptor = structuredClone(normalised.toDescriptor());
  if (descriptor.kind !== "estimator") throw new Error("an imported network travels as an estimator's file");
  const revived = estimatorFromBytes(descriptor.bytes);
  expect(revived.logProb([0.9, 1, 1.4, -1], THETA)).toEqual(normalised.logProb([0.9, 1, 1.4, -1], THETA));
});

test("refuses what has no sum over a grid, and to be written as a network", () => {
  const [rt, ...others] = ANGLE_SPEC.parameters;
  const conditional: OnnxSpec = {
    ...ANGLE_SPEC,
    parameters: [rt, ...others.slice(0, 3)],
    conditions: [{ name: "theta", kind: "continuous" }],
  };
  expect(() => fromOnnx(angleBytes(), conditional, { ...silent, normalise: true })).toThrow(PoolishError);
  const unbounded: OnnxSpec = {
    ...ANGLE_SPEC,
    columns: [{ name: "rt", kind: "continuous" }, ANGLE_SPEC.columns[1]],
  };
  expect(() => fromOnnx(angleBytes(), unbounded, { ...silent, normalise: true })).toThrow(/lower bound/);
  expect(() => fromOnnx(angleBytes(), unbounded, { ...silent, normalise: true })).toThrow(/^normalise: .* without/);
  expect(() => toOnnx(normalised)).toThrow(/no ONNX form/);
});
