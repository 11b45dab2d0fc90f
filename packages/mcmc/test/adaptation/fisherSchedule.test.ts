import { expect, test } from "vitest";
import { fisherSchedule } from "../../src/adaptation/fisherSchedule.ts";

/** The iterations that switch and the first late one, when every draw counts. */
function run(numIterations: number): { switches: number[]; firstLate: number; metricEnd: number } {
  const schedule = fisherSchedule(numIterations);
  const switches: number[] = [];
  let firstLate = -1;
  // The start counts as a draw.
  let background = 1;
  for (let iteration = 0; iteration < schedule.metricEnd; iteration++) {
    background++;
    const decision = schedule.decide(background);
    if (decision.switches) {
      switches.push(iteration);
      background = 0;
    }
    if (decision.isLate && firstLate < 0) firstLate = iteration;
  }
  return { switches, firstLate, metricEnd: schedule.metricEnd };
}

/** The slow, obvious twin: lists of draws instead of counts, windows as a list instead of a recursion. */
function naive(numIterations: number): { switches: number[]; firstLate: number; metricEnd: number } {
  const isMetricPhase = (iteration: number) => iteration < numIterations - Math.floor(0.15 * numIterations);
  const isEarlyPhase = (iteration: number) => iteration < Math.floor(0.3 * numIterations);
  const metricEnd = Array.from({ length: numIterations }, (_, i) => i).filter(isMetricPhase).length;
  const windows = [80];
  while (windows[windows.length - 1] < 1e6) windows.push(Math.round(1.5 * windows[windows.length - 1]));
  const switches: number[] = [];
  const lates: number[] = [];
  let background = ["start"];
  for (let iteration = 0; isMetricPhase(iteration) && iteration < numIterations; iteration++) {
    background.push(`draw ${iteration}`);
    const [needed, next] = isEarlyPhase(iteration) ? [10, 10] : [windows[0], windows[1]];
    const fits = iteration + next <= metricEnd;
    if (!fits) lates.push(iteration);
    if (background.length < needed || !fits) continue;
    background = [];
    switches.push(iteration);
    if (!isEarlyPhase(iteration)) windows.shift();
  }
  return { switches, firstLate: lates[0] ?? -1, metricEnd };
}

test("1000 iterations: every 10 up to 300, then 80 and 120 draws; 180 more would leave no room for the 270 after them", () => {
  const { switches, firstLate, metricEnd } = run(1000);
  expect(switches.slice(0, 4)).toEqual([8, 18, 28, 38]);
  expect(switches.slice(-4)).toEqual([288, 298, 378, 498]);
  expect(firstLate).toBe(850 - 270 + 1);
  expect(metricEnd).toBe(850);
});

test("is the naive twin for all lengths up to 3000", () => {
  for (let numIterations = 0; numIterations <= 3000; numIterations++) {
    expect(run(numIterations)).toEqual(naive(numIterations));
  }
});

test("draws that do not count delay the switch", () => {
  const schedule = fisherSchedule(1000);
  for (let iteration = 0; iteration < 30; iteration++) expect(schedule.decide(9).switches).toBe(false);
  expect(schedule.decide(10).switches).toBe(true);
});

test("the last iterations before the end are late, so that the step size is finished by the symmetric statistic", () => {
  for (let numIterations = 1; numIterations <= 300; numIterations++) {
    const schedule = fisherSchedule(numIterations);
    let isLate = false;
    for (let iteration = 0; iteration < schedule.metricEnd; iteration++) isLate = schedule.decide(0).isLate;
    expect(isLate).toBe(true);
  }
});
