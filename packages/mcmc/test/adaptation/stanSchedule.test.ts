import { expect, test } from "vitest";
import { stanSchedule } from "../../src/adaptation/stanSchedule.ts";

test("1000 iterations have Stan's published windows: 75 | 25 50 100 200 500 | 50", () => {
  expect(stanSchedule(1000)).toEqual({ firstWindow: 75, windowEnds: [100, 150, 250, 450, 950] });
});

test.each([
  [150, 75, [100]],
  [175, 75, [125]],
  [200, 75, [100, 150]],
  [500, 75, [100, 150, 250, 450]],
  [499, 75, [100, 150, 449]],
  [149, 22, [135]],
  [100, 15, [90]],
  [20, 3, [18]],
  [19, 2, []],
  [0, 0, []],
])("%i iterations: first window at %i, ends %j", (numIterations, firstWindow, windowEnds) => {
  expect(stanSchedule(numIterations)).toEqual({ firstWindow, windowEnds });
});

test("windows fill what lies between the buffers, and none is shorter than the one before", () => {
  for (let numIterations = 150; numIterations <= 3000; numIterations++) {
    const { firstWindow, windowEnds } = stanSchedule(numIterations);
    expect(windowEnds.at(-1)).toBe(numIterations - 50);
    const lengths = windowEnds.map((end, i) => end - (i === 0 ? firstWindow : windowEnds[i - 1]));
    expect(lengths[0]).toBeGreaterThanOrEqual(25);
    for (let i = 1; i < lengths.length; i++) expect(lengths[i]).toBeGreaterThanOrEqual(2 * lengths[i - 1]);
  }
});
