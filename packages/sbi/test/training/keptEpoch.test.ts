import { expect, test } from "vitest";
import { keptEpoch } from "../../src/training/keptEpoch.ts";

/** Held-out log-densities with a mean and a difference to the first epoch that scatters by ±spread (standard error spread / 10). */
function epoch(mean: number, spread: number): Float64Array {
  return Float64Array.from(
    { length: 101 },
    (_, i) => Math.sin(i) + mean + (i === 100 ? 0 : i % 2 === 0 ? spread : -spread),
  );
}

test("the last epoch, where it is the best", () => {
  expect(keptEpoch([epoch(-3, 0), epoch(-2.5, 0.3), epoch(-2, 0.1)])).toBe(2);
});

test("the last epoch, where an earlier one is better by less than one standard error", () => {
  // Differences of ±0.5: standard error 0.05.
  expect(keptEpoch([epoch(-3, 0), epoch(-2, 0), epoch(-2.04, 0.5)])).toBe(2);
});

test("the best epoch, where all that follow are worse by more than one standard error", () => {
  expect(keptEpoch([epoch(-3, 0), epoch(-2, 0), epoch(-2.06, 0.5), epoch(-2.2, 0.5)])).toBe(1);
});

test("the latest epoch within one standard error of the best, where the last is not", () => {
  const epochs = [epoch(-3, 0), epoch(-2, 0), epoch(-2.03, 0.5), epoch(-2.04, 0.5), epoch(-2.3, 0.5)];
  expect(keptEpoch(epochs)).toBe(3);
});

test("differences are paired: a large spread that all epochs share does not blur them", () => {
  const shared = (mean: number) => Float64Array.from({ length: 100 }, (_, i) => 10 * Math.sin(i) + mean);
  expect(keptEpoch([shared(-2), shared(-2.001)])).toBe(0);
});

test("equal epochs: the last; one epoch: that one; one simulation: the best", () => {
  expect(keptEpoch([epoch(-2, 0.1), epoch(-2, 0.1), epoch(-2, 0.1)])).toBe(2);
  expect(keptEpoch([epoch(-2, 0.1)])).toBe(0);
  expect(keptEpoch([Float64Array.of(-3), Float64Array.of(-1), Float64Array.of(-2)])).toBe(1);
});
