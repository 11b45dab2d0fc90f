import { decodeSafetensors, encodeSafetensors } from "@poolish/io";
import { caughtError } from "@poolish/testkit";
import { expect, test } from "vitest";
import { createEstimator } from "../src/createEstimator.ts";
import { estimatorFromBytes } from "../src/estimatorFromBytes.ts";
import { estimatorToBytes } from "../src/estimatorToBytes.ts";
import { estimatorOf, mixedSpec } from "./support/mixedEstimator.ts";

const estimator = estimatorOf(mixedSpec());
const X = [0.9, 1, 3, 0.32, -1, 0, 2.5, 1, 17];
const THETA = [0.5, 0.3];

test("an ensemble over mixed columns with conditions comes back to the last bit", () => {
  const bytes = estimatorToBytes(estimator);
  const revived = estimatorFromBytes(bytes);
  expect(revived.spec).toEqual(estimator.spec);
  expect(revived.weights).toEqual(estimator.weights);
  expect(revived.logProb(X, THETA, 0.4)).toEqual(estimator.logProb(X, THETA, 0.4));
  expect(revived.spread(X, THETA, 0.4)).toEqual(estimator.spread(X, THETA, 0.4));
  expect(estimatorToBytes(revived)).toEqual(bytes);
});

test("tensors are named by member, network and layer", () => {
  const { tensors } = decodeSafetensors(estimatorToBytes(estimator));
  expect(tensors["member.0.location.0.rowWeight"].shape).toEqual([2, 8]);
  // One condition and one indicator.
  expect(tensors["member.1.spread.0.termWeight"].shape).toEqual([2, 8]);
  // Two numeric columns: two log scales and a coupling.
  expect(tensors["member.1.spread.2.weight"].shape).toEqual([8, 3]);
  expect(tensors["member.0.branch.2.1.weight"].shape).toEqual([6, 6]);
});

test("the spread is the standard deviation over members; the density their mean", () => {
  const each = estimator.weights.length / 2;
  const [a, b] = [0, 1].map((k) =>
    createEstimator(mixedSpec(1), estimator.weights.slice(k * each, (k + 1) * each)).logProb(X, THETA, 0.4),
  );
  const together = estimator.logProb(X, THETA, 0.4);
  estimator.spread(X, THETA, 0.4).forEach((value, i) => {
    expect(value).toBeCloseTo(Math.abs(a[i] - b[i]) / Math.SQRT2, 12);
    expect(together[i]).toBeCloseTo(Math.log((Math.exp(a[i]) + Math.exp(b[i])) / 2), 12);
  });
});

test.each([
  ["density.numConditions", { numConditions: 2 }],
  ["density.columns", { columns: [] }],
  ["density.trunk.activation", { trunk: { hidden: [8], activation: "sine" } }],
])("a wrong %s is a typed error", async (path, change) => {
  const spec = mixedSpec();
  const damaged = Object.assign({}, spec, { density: { ...spec.density, ...change } });
  const { tensors } = decodeSafetensors(estimatorToBytes(estimator));
  const bytes = encodeSafetensors({ tensors, metadata: { poolish: JSON.stringify(damaged) } });
  const error = await caughtError(() => estimatorFromBytes(bytes));
  expect(error.kind).toBe("file");
  expect(error.message).toContain(path);
});
