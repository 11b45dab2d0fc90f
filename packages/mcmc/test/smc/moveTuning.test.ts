import { expect, test } from "vitest";
import { initialTuning, NUM_LEVELS, nextTuning, numStepsOfLevel, stepSizeOfLevel } from "../../src/smc/moveTuning.ts";

const tuning = { stepSize: 0.5, numSteps: 4 };
const favouring = (level: number) => Array.from({ length: NUM_LEVELS }, (_, l) => Number(l === level));

test("levels are three step sizes by three lengths", () => {
  const levels = Array.from({ length: NUM_LEVELS }, (_, l) => [stepSizeOfLevel(tuning, l), numStepsOfLevel(tuning, l)]);
  const [small, middle, large] = [0.5 * Math.SQRT1_2, 0.5, 0.5 * Math.SQRT2];
  expect(levels).toEqual([2, 4, 8].flatMap((steps) => [small, middle, large].map((size) => [size, steps])));
});

test("climbs to the most efficient level", () => {
  for (let level = 0; level < NUM_LEVELS; level++) {
    const expected = { stepSize: stepSizeOfLevel(tuning, level), numSteps: numStepsOfLevel(tuning, level) };
    expect(nextTuning(tuning, { acceptanceRate: 0.7, efficiency: favouring(level) })).toEqual(expected);
  }
});

test("takes smaller steps while few moves are accepted", () => {
  const next = nextTuning(tuning, { acceptanceRate: 0.5, efficiency: favouring(NUM_LEVELS - 1) });
  expect(next).toEqual({ stepSize: 0.5 * Math.SQRT1_2, numSteps: 4 });
});

test("lengths stay between 1 and 64", () => {
  expect(numStepsOfLevel({ stepSize: 1, numSteps: 1 }, 0)).toBe(1);
  expect(numStepsOfLevel({ stepSize: 1, numSteps: 64 }, NUM_LEVELS - 1)).toBe(64);
});

test("starts with smaller steps in more dimensions", () => {
  expect(initialTuning(1).stepSize).toBe(1);
  expect(initialTuning(16).stepSize).toBe(0.5);
});
