import { logFactorial } from "@poolish/math";
import { expect, test } from "vitest";
import { likelihoodBatch } from "../../src/learned/likelihoodBatch.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.ts";
import { finiteDifference } from "../support/finiteDifference.ts";

/** The slow obvious twin. */
function logPoisson(counts: readonly number[], rate: number): number {
  return counts.reduce((sum, count) => sum + count * Math.log(rate) - rate - logFactorial(count), 0);
}

test("groups are evaluated in one call, with the gradient of each row", () => {
  const calls = { bind: 0, evaluate: 0, pullback: 0 };
  const batch = likelihoodBatch(poissonLikelihood(calls));
  const groups = [[3, 5, 3], [], [9]];
  const at = (rates: Float64Array) => {
    batch.clear();
    for (let i = 0; i < groups.length; i++) batch.push([rates[i]], groups[i]);
    return batch.logLikelihood(true);
  };
  const rates = Float64Array.of(4, 2, 8);
  const expected = groups.reduce((sum, counts, i) => sum + logPoisson(counts, rates[i]), 0);
  expect(at(rates)).toBeCloseTo(expected, 12);
  expect(calls).toEqual({ bind: 1, evaluate: 1, pullback: 1 });
  const gradient = Float64Array.from(batch.gradient);
  const differences = finiteDifference(at, rates);
  for (let i = 0; i < 3; i++) expect(gradient[i]).toBeCloseTo(differences[i], 7);
  expect(calls.bind).toBe(1);
});

test("a likelihood that gives value and gradient in one go is asked that way, but for values alone", () => {
  const calls = { bind: 0, evaluate: 0, pullback: 0 };
  const twoSteps = poissonLikelihood(calls);
  let inOneGo = 0;
  const batch = likelihoodBatch({
    ...twoSteps,
    bind(columns, row, numRows) {
      const bound = twoSteps.bind(columns, row, numRows);
      return {
        ...bound,
        evaluateWithGradient(theta, adjoint, logTerms, thetaGradient) {
          inOneGo++;
          poissonLikelihood().bind(columns, row, numRows).evaluate(theta, logTerms);
          for (let i = 0; i < adjoint.length; i++) thetaGradient[row[i]] += 0.25;
        },
      };
    },
  });
  batch.push([4], [3, 5]);
  expect(batch.logLikelihood(true)).toBeCloseTo(logPoisson([3, 5], 4), 12);
  expect(batch.logLikelihood(true)).toBeCloseTo(logPoisson([3, 5], 4), 12);
  expect(Array.from(batch.gradient)).toEqual([0.5]);
  expect({ inOneGo, ...calls }).toEqual({ inOneGo: 2, bind: 1, evaluate: 0, pullback: 0 });
  batch.logLikelihood(false);
  expect({ inOneGo, ...calls }).toEqual({ inOneGo: 2, bind: 1, evaluate: 1, pullback: 0 });
});

test("equal data in new arrays are not bound again, other data are", () => {
  const calls = { bind: 0, evaluate: 0, pullback: 0 };
  const batch = likelihoodBatch(poissonLikelihood(calls));
  for (const counts of [
    [1, 2],
    [1, 2],
    [1, 3],
  ]) {
    batch.clear();
    batch.push([4], counts);
    expect(batch.logLikelihood(false)).toBeCloseTo(logPoisson(counts, 4), 12);
  }
  expect(calls.bind).toBe(2);
});

test("neighbours with the same theta share a row", () => {
  const batch = likelihoodBatch(poissonLikelihood());
  for (const [rate, count] of [
    [4, 1],
    [4, 2],
    [5, 2],
  ])
    batch.push([rate], count);
  expect(batch.numRows).toBe(2);
  expect(batch.logLikelihood(false)).toBeCloseTo(logPoisson([1, 2], 4) + logPoisson([2], 5), 12);
});

test("what was bound is sent as it was bound, whatever has been pushed since", () => {
  const batch = likelihoodBatch(poissonLikelihood());
  batch.push([4], 1);
  batch.push([5], 2);
  const bound = batch.bound();
  const sent = structuredClone(bound.toDescriptor());
  expect(sent).toMatchObject({ rowOfGroup: [0, 1], numRows: 2 });
  batch.clear();
  batch.push([4], 1);
  batch.push([4], 2);
  batch.logLikelihood(false);
  expect(bound.toDescriptor()).toEqual(sent);
});

test("theta off its support is impossible, outside of the training box it is noticed", () => {
  const batch = likelihoodBatch(poissonLikelihood());
  const outcomes = [4, 60, -1].map((rate) => {
    batch.clear();
    batch.push([rate], [3]);
    return { isPossible: batch.logLikelihood(true) > -Infinity, left: batch.leftTrainingBox };
  });
  expect(outcomes).toEqual([
    { isPossible: true, left: false },
    { isPossible: true, left: true },
    { isPossible: false, left: true },
  ]);
});
