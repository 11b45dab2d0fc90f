import { expect, test } from "vitest";
import { isOverfitting } from "../../src/training/isOverfitting.ts";

/** Held-out log-densities around `mean` that every epoch shares, but for ± `noise` by turns. */
function epoch(mean: number, noise: number): Float64Array {
  return Float64Array.from({ length: 100 }, (_, i) => Math.sin(i) + mean + (i % 2 === 0 ? noise : -noise));
}

const flat = (length: number) => Array.from({ length }, (_, k) => epoch(-2 - 0.0005 * k, 0.1 * (k % 2)));

test("no new best for long is no reason, while the last is within the noise", () => {
  expect(isOverfitting([epoch(-3, 0), epoch(-2, 0), ...flat(30)], 40)).toBe(false);
});

test("a last epoch that is clearly worse than a best long ago is", () => {
  const rising = Array.from({ length: 12 }, (_, k) => epoch(-2 - 0.1 * k, 0.05 * (k % 2)));
  expect(isOverfitting([epoch(-3, 0), ...rising], 40)).toBe(true);
  // Neither patience nor plan is used up.
  expect(isOverfitting([epoch(-3, 0), ...rising.slice(0, 8)], 40)).toBe(false);
  expect(isOverfitting([epoch(-3, 0), ...rising], 100)).toBe(false);
});
