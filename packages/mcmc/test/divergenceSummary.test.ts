import { type LogDensity, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { createDrawStore, divergenceSummary, sampleChain } from "@poolish/mcmc";
import { expect, test } from "vitest";

test("medians in standard deviations and shares of pairs, most telling coordinate first", () => {
  // Quartiles of 0, 1, …, 8 are 2 and 6; normal ones are 1.349 standard deviations apart.
  const positions = Float64Array.from({ length: 18 }, (_, k) => (k % 2 === 0 ? k / 2 : 4));
  const summary = divergenceSummary([Float64Array.of(0.5, 4), Float64Array.of(2, 4)], positions, 2);
  expect(summary.map(({ coordinate }) => coordinate)).toEqual([0, 1]);
  // Medians 1.25 and 4; 0.5 is above one draw of nine, 2 is above two and ties with one.
  expect(summary[0].shift).toBeCloseTo((1.25 - 4) / (4 / 1.3489795003921634), 12);
  expect(summary[0].probabilityAbove).toBeCloseTo((1 + 2.5) / 18, 12);
  expect(summary[1]).toEqual({ coordinate: 1, shift: 0, probabilityAbove: 0.5, isConcentrated: false });
});

test("is the naive count of pairs", () => {
  const rng = rngFromSeed(1);
  const round = () => Math.round(2 * standardNormal(rng));
  const draws = Float64Array.from({ length: 50 }, round);
  const starts = Array.from({ length: 20 }, () => Float64Array.of(round()));
  let sum = 0;
  for (const [start] of starts) for (const draw of draws) sum += start > draw ? 1 : start === draw ? 0.5 : 0;
  expect(divergenceSummary(starts, draws, 1)[0].probabilityAbove).toBeCloseTo(sum / 1000, 12);
});

test("one divergence, however far out, is not yet a pattern; twenty are", () => {
  const rng = rngFromSeed(2);
  const draws = Float64Array.from({ length: 1000 }, () => standardNormal(rng));
  const isConcentrated = (count: number) =>
    divergenceSummary(
      Array.from({ length: count }, () => Float64Array.of(-9)),
      draws,
      1,
    )[0].isConcentrated;
  expect(isConcentrated(1)).toBe(false);
  expect(isConcentrated(20)).toBe(true);
});

test("nothing to compare gives nothing", () => {
  expect(divergenceSummary([], Float64Array.of(1, 2), 1)).toEqual([]);
  expect(divergenceSummary([Float64Array.of(1)], new Float64Array(0), 1)).toEqual([]);
});

test("recognises Neal's funnel: divergences gather at low log-scales", () => {
  const funnel: LogDensity = {
    dim: 10,
    valueAndGradient(q, gradient) {
      const precision = Math.exp(-q[0]);
      let squares = 0;
      for (let i = 1; i < 10; i++) {
        squares += q[i] ** 2;
        gradient[i] = -q[i] * precision;
      }
      gradient[0] = -q[0] / 9 - 4.5 + 0.5 * squares * precision;
      return -0.5 * (q[0] ** 2 / 9 + squares * precision) - 4.5 * q[0];
    },
  };
  const store = createDrawStore(10, 8000);
  for (const rng of rngFromSeed(3).split(4)) sampleChain(funnel, rng, { warmup: 500, draws: 2000 }, { sink: store });
  const { divergences, positions } = store.stored();
  const [worst] = divergenceSummary(
    divergences.map(({ start }) => start),
    positions,
    10,
  );
  expect(worst).toMatchObject({ coordinate: 0, isConcentrated: true });
  expect(worst.shift).toBeLessThan(0);
});
