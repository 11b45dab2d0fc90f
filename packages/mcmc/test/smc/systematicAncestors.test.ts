import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { systematicAncestors } from "../../src/smc/systematicAncestors.ts";

const weights = Float64Array.of(9, 0, 0.1, 0.45, 0.05, 0.2, 0.2, 0, 9);
const [from, to] = [1, 8];

/** The particle whose interval of the cumulative weights holds each point. */
function slowAncestors(offset: number): number[] {
  const bounds = [0];
  for (let i = from; i < to; i++) bounds.push(bounds[i - from] + weights[i]);
  const spacing = bounds[to - from] / (to - from);
  return Array.from({ length: to - from }, (_, i) => {
    const point = (i + offset) * spacing;
    return from + bounds.findIndex((_, k) => point < bounds[k + 1]);
  });
}

function ancestorsOf(offset: number): Int32Array {
  const ancestors = new Int32Array(weights.length).fill(-1);
  systematicAncestors(weights, from, to, offset, ancestors);
  return ancestors;
}

test("finds the particle under each point, within its range only", () => {
  for (const offset of [0.01, 0.25, 0.5, 0.99]) {
    const ancestors = ancestorsOf(offset);
    expect([...ancestors.subarray(from, to)]).toEqual(slowAncestors(offset));
    expect([ancestors[0], ancestors[8]]).toEqual([-1, -1]);
  }
});

test("gives ⌊nw⌋ or ⌈nw⌉ copies, nw on average", () => {
  const rng = rngFromSeed(3);
  const numRuns = 4000;
  const sums = new Float64Array(weights.length);
  for (let run = 0; run < numRuns; run++) {
    const copies = new Float64Array(weights.length);
    for (const ancestor of ancestorsOf(rng.uniform()).subarray(from, to)) copies[ancestor]++;
    for (let i = from; i < to; i++) {
      expect(Math.abs(copies[i] - 7 * weights[i])).toBeLessThan(1);
      sums[i] += copies[i];
    }
  }
  // The number of copies takes two neighbouring values: its variance is f (1 - f) with f the fraction of nw; k = 5.
  for (let i = from; i < to; i++) {
    const fraction = (7 * weights[i]) % 1;
    const allowed = 5 * Math.sqrt((fraction * (1 - fraction)) / numRuns);
    expect(Math.abs(sums[i] / numRuns - 7 * weights[i])).toBeLessThanOrEqual(allowed + 1e-9);
  }
});

test("never picks a particle of weight 0, wherever the points fall", () => {
  const sparse = Float64Array.of(0, 1 / 3, 0, 1 / 3, 1 / 3, 0, 0);
  for (const offset of [1e-17, 0.5, 1 - 2 ** -53]) {
    const ancestors = new Int32Array(7);
    systematicAncestors(sparse, 0, 7, offset, ancestors);
    for (const ancestor of ancestors) expect(sparse[ancestor]).toBeGreaterThan(0);
  }
});
