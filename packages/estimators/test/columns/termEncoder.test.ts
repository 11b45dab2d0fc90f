import { expect, test } from "vitest";
import type { ContinuousColumn } from "../../src/columns/continuousColumn.ts";
import type { EncodedColumn } from "../../src/columns/encodedColumn.ts";
import { createTermEncoder } from "../../src/columns/termEncoder.ts";

/** log(x − θ₁), standardised. */
const shifted: ContinuousColumn = {
  kind: "continuous",
  transform: "log",
  lower: { parameter: 1 },
  upper: Infinity,
  edge: 0.1,
  mean: -0.5,
  standardDeviation: 2,
};
/** The logit between 0 and θ₀. */
const capped: ContinuousColumn = { ...shifted, transform: "logit", lower: 0, upper: { parameter: 0 } };
const plain: ContinuousColumn = { ...shifted, transform: "identity", lower: -Infinity, mean: 3 };
const count: EncodedColumn = { kind: "count", scale: { mean: 2, standardDeviation: 1 }, largestCount: 9 };

const rowOfTerm = Int32Array.of(0, 0, 1);
const RAW = [
  Float64Array.of(1, 2, 3),
  Float64Array.of(0.5, 1, 1.5),
  Float64Array.of(-1, 5, 2),
  Float64Array.of(0, 4, 7),
];
/** Two rows of two parameters; the last term lies within the edge of its bound θ₁ = 2.95. */
const THETA = Float64Array.of(4, 0.5, 5, 2.95);

function encoded(theta: Float64Array) {
  const encoder = createTermEncoder([shifted, capped, plain, count], RAW, rowOfTerm, 2);
  encoder.update(theta);
  return encoder;
}

test("continuous columns are transformed and standardised, the others stay", () => {
  const { columns, logJacobian, movesWithTheta } = encoded(THETA);
  expect(movesWithTheta).toBe(true);
  expect(columns[0][0]).toBeCloseTo((Math.log(0.5) + 0.5) / 2, 14);
  expect(columns[1][2]).toBeCloseTo((Math.log(1.5 / 3.5) + 0.5) / 2, 14);
  expect([...columns[2]]).toEqual([-2, 1, -0.5]);
  expect(columns[3]).toEqual(RAW[3]);
  const slopes = [1 / 0.5, 1 / 0.5 + 1 / 3.5, 1].map((slope) => Math.log(slope / 2));
  expect(logJacobian[0]).toBeCloseTo(slopes[0] + slopes[1] + slopes[2], 13);
});

test("fixed columns do not move with θ, and need no update", () => {
  const encoder = createTermEncoder([plain, count], RAW.slice(2), rowOfTerm, 2);
  expect(encoder.movesWithTheta).toBe(false);
  expect([...encoder.columns[0]]).toEqual([-2, 1, -0.5]);
  expect([...encoder.logJacobian]).toEqual([-Math.log(2), -Math.log(2), -Math.log(2)]);
});

test("the pullback of moving bounds is that of finite differences, and is ADDED", () => {
  const gradients = RAW.map((_, c) => Float64Array.of(0.3 + c, -1, 0.7));
  const adjoint = Float64Array.of(1, -2, 0.5);
  const loss = (theta: Float64Array): number => {
    const { columns, logJacobian } = encoded(theta);
    return [0, 1, 2].reduce(
      (sum, i) => sum + adjoint[i] * logJacobian[i] + gradients.reduce((part, g, c) => part + g[i] * columns[c][i], 0),
      0,
    );
  };
  const thetaGradient = new Float64Array(4).fill(10);
  encoded(THETA).pullback(THETA, gradients, adjoint, thetaGradient);
  const h = 1e-5;
  THETA.forEach((value, k) => {
    const slope = (loss(THETA.with(k, value + h)) - loss(THETA.with(k, value - h))) / (2 * h);
    expect(Math.abs(thetaGradient[k] - 10 - slope)).toBeLessThan(1e-7);
  });
  expect(thetaGradient.every((value) => Math.abs(value - 10) > 0.01)).toBe(true);
});
