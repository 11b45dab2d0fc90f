import { type LogDensity, type Rng, rngFromSeed } from "@poolish/core";
import { findInitialPosition } from "@poolish/mcmc";
import { expect, test } from "vitest";

/** A flat target whose value and gradient depend on the position as told. */
function targetOf(value: (q: Float64Array) => number, gradientOf: (q: Float64Array) => readonly number[]): LogDensity {
  return {
    dim: 2,
    valueAndGradient(q, gradient) {
      gradient.set(gradientOf(q));
      return value(q);
    },
  };
}

test("the start lies in (-2, 2), is finite, and depends on the stream alone", () => {
  const target = targetOf(
    (q) => (q[0] > 1 ? -1 : -Infinity),
    () => [0, 0],
  );
  const found = findInitialPosition(target, rngFromSeed(1));
  if (found.kind !== "found") throw new Error("expected a start");
  expect(found.state.position[0]).toBeGreaterThan(1);
  for (const q of found.state.position) expect(Math.abs(q)).toBeLessThan(2);
  expect(found.state.logDensity).toBe(-1);
  expect(findInitialPosition(target, rngFromSeed(1))).toEqual(found);
});

test("the failure says which coordinates have no finite gradient, and prefers the attempt that tells most", () => {
  // Mostly off the support; sometimes NaN; rarely finite, but then the second gradient is infinite.
  const target = targetOf(
    (q) => (q[0] < 1 ? -Infinity : q[0] < 1.9 ? NaN : -3),
    (q) => (q[0] < 1.9 ? [NaN, NaN] : [0, Infinity]),
  );
  const failure = findInitialPosition(target, rngFromSeed(1));
  expect(failure).toMatchObject({
    kind: "noInitialPosition",
    numAttempts: 100,
    logDensity: -3,
    nonFiniteGradient: [1],
  });
});

test.each([NaN, -Infinity, Infinity])("a log-density of %d everywhere is a clear value after 100 tries", (value) => {
  let numCalls = 0;
  const target = targetOf(
    () => {
      numCalls++;
      return value;
    },
    () => [0, 0],
  );
  const failure = findInitialPosition(target, rngFromSeed(1));
  expect(failure).toMatchObject({ kind: "noInitialPosition", numAttempts: 100, logDensity: value });
  expect(numCalls).toBe(100);
});

test("coordinates that the target knows better start where it says, the others at random", () => {
  const target = {
    ...targetOf(
      (q) => (q[0] > 700.5 ? -1 : -Infinity),
      () => [0, 0],
    ),
    drawStart(rng: Rng, position: Float64Array) {
      position[0] = 700 + rng.uniform();
    },
  };
  const found = findInitialPosition(target, rngFromSeed(1));
  if (found.kind !== "found") throw new Error("expected a start");
  expect(found.state.position[0]).toBeGreaterThan(700.5);
  expect(found.state.position[0]).toBeLessThan(701);
  expect(Math.abs(found.state.position[1])).toBeLessThan(2);
});
