import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type NormalInterval, normalInterval } from "../src/normalInterval.ts";

type Row = [
  lower: number | null,
  upper: number,
  logMass: number,
  upperRatio: number,
  lowerRatio: number,
  inner: number,
];

/** By mpmath with 400 digits: fixtures/normalInterval.py. `inner` is the probability beyond the inner end over the mass. */
const { rows }: { rows: Row[] } = JSON.parse(
  readFileSync(new URL("./fixtures/normalInterval.json", import.meta.url), "utf8"),
);
/** Unit roundoff of a double. */
const U = 2 ** -53;

function evaluate(lower: number, upper: number): NormalInterval {
  const out = { logMass: Number.NaN, upperRatio: Number.NaN, lowerRatio: Number.NaN };
  normalInterval(lower, upper, out);
  return out;
}

test("log-mass and ratios keep the accuracy that their cancellation allows", () => {
  expect(rows.length).toBeGreaterThan(100);
  for (const [from, upper, logMass, upperRatio, lowerRatio, inner] of rows) {
    const lower = from ?? -Infinity;
    const at = `(${lower}, ${upper})`;
    const value = evaluate(lower, upper);
    // The mass is a difference of two tails, the larger of which is `inner` times as big: each is right to 2e-15 (scaledErfc)
    // and a few roundings, 6e-15 in all.
    const massError = 6e-15 * inner;
    expect(Math.abs(value.logMass - logMass), at).toBeLessThanOrEqual(
      massError + 4 * U * Math.max(1, Math.abs(logMass)),
    );
    // Three roundings in an exponent are three relative ones of exponent times the result.
    const isTail = lower > 0 || upper <= 0;
    const span = from === null ? 0 : 0.5 * Math.abs(upper - from) * Math.abs(upper + from);
    const bound = (expected: number, end: number) =>
      1e-300 + expected * (massError + 4 * U * (1 + (isTail ? span : 0.5 * end * end)));
    expect(Math.abs(value.upperRatio - upperRatio), at).toBeLessThanOrEqual(bound(upperRatio, upper));
    expect(Math.abs(value.lowerRatio - lowerRatio), at).toBeLessThanOrEqual(bound(lowerRatio, from ?? 0));
  }
});

test("a mirrored interval has the same mass, and its ratios change places", () => {
  for (const [from, upper] of rows) {
    // One that straddles 0 or ends there takes its two ends through different routes.
    if (from === null || from * upper <= 0) continue;
    const value = evaluate(from, upper);
    const mirrored = evaluate(-upper, -from);
    expect(mirrored).toEqual({
      logMass: value.logMass,
      upperRatio: value.lowerRatio,
      lowerRatio: value.upperRatio,
    });
  }
});

test("an empty interval has no mass, an endless one all of it", () => {
  for (const at of [-3, 0, 3]) expect(evaluate(at, at).logMass).toBe(-Infinity);
  const { logMass, upperRatio, lowerRatio } = evaluate(-Infinity, 40);
  expect([Math.abs(logMass), upperRatio, lowerRatio]).toEqual([0, 0, 0]);
});

test("NaN is passed on", () => {
  expect(evaluate(Number.NaN, 1).logMass).toBeNaN();
  expect(evaluate(0, Number.NaN).logMass).toBeNaN();
});
