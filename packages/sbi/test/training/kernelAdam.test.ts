import { expect, test } from "vitest";
import { createKernelAdam } from "../../src/training/kernelAdam.ts";
import type { TrainableDensity } from "../../src/training/trainableDensity.ts";

/** Ten variables whose gradient is `slope` each. */
function constantSlope(slope: number, decays: TrainableDensity["decays"]): TrainableDensity {
  return {
    initial: new Float32Array(10).fill(1),
    decays,
    lossAndGradient(_variables, _batch, gradient) {
      gradient.fill(slope);
      return 2;
    },
    logDensities() {},
    weights: (variables) => variables.slice(),
  };
}

const batch = Int32Array.of(0);
const settings = { beta2: 0.99, epsilon: 1e-8, clipNorm: Infinity, averaging: 0 };

test.each([
  [1, 7],
  [4, 8],
  [0, 3],
])("without a gradient, only the variables %i to %i shrink", (from, end) => {
  const optimizer = createKernelAdam(constantSlope(0, [{ from, end, rate: 3 }]), settings);
  expect(optimizer.step(batch, 0.125)).toBe(2);
  expect([...optimizer.averages()]).toEqual(Array.from({ length: 10 }, (_, i) => (i >= from && i < end ? 0.625 : 1)));
});

test("a long gradient is shortened before the moments see it", () => {
  const clipped = createKernelAdam(constantSlope(100, []), { ...settings, clipNorm: Math.sqrt(10) });
  const short = createKernelAdam(constantSlope(1, []), settings);
  for (const optimizer of [clipped, short]) optimizer.step(batch, 0.1);
  const [first, second] = [clipped.state?.(), short.state?.()];
  // 100 · √10 / √(10 · 100²) rounds to float32.
  first?.firstMoment.forEach((value, i) => {
    expect(Math.abs(value - (second?.firstMoment[i] ?? 0))).toBeLessThan(1e-7);
  });
});

test("a run goes on from its state to the bit; the average keeps its share", () => {
  const density = constantSlope(0.5, []);
  const averaging = { ...settings, averaging: 0.9 };
  const whole = createKernelAdam(density, averaging);
  const start = createKernelAdam(density, averaging);
  for (let step = 0; step < 4; step++) whole.step(batch, 0.1);
  for (let step = 0; step < 2; step++) start.step(batch, 0.1);
  const rest = createKernelAdam(density, averaging, start.state?.());
  for (let step = 0; step < 2; step++) rest.step(batch, 0.1);
  expect(rest.state?.()).toEqual(whole.state?.());
  const { variables, averages } = whole.state?.() ?? { variables: [0], averages: [0] };
  expect(averages[0]).toBeGreaterThan(variables[0]);
});
