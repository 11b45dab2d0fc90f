import { standardNormalQuantile } from "@poolish/math";

/** Chance that a correct sampler fails one of these tests on a fresh seed; seeds are literal, so it is spent once. */
const LEVEL = 1e-5;

/** The Kolmogorov–Smirnov distance of a sample from `cdf`, in units of its critical value: fails above 1. */
export function kolmogorovSmirnov(sample: Float64Array, cdf: (x: number) => number): number {
  const sorted = sample.slice().sort();
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    const p = cdf(x);
    distance = Math.max(distance, p - i / n, (i + 1) / n - p);
  });
  // First term of Kolmogorov's series: P(√n D > t) ≈ 2 exp(-2t²), an upper bound of it.
  return (distance * Math.sqrt(n)) / Math.sqrt(-0.5 * Math.log(LEVEL / 2));
}

/**
 * Pearson's chi-square of a sample of counts against `mass`, in units of its critical value: fails above 1. Counts with
 * an expectation below 10 are pooled with their neighbours, the upper tail with the last cell; below 0 nothing may lie.
 */
export function chiSquare(sample: Float64Array, mass: (count: number) => number): number {
  const n = sample.length;
  const largest = sample.reduce((a, b) => Math.max(a, b));
  const observed = new Float64Array(largest + 1);
  for (const count of sample) observed[count]++;
  if (observed.reduce((a, b) => a + b) !== n) throw new Error("a draw is not a count");
  const cells: { observed: number; expected: number }[] = [];
  let cell = { observed: 0, expected: 0 };
  let left = n;
  for (let count = 0; count <= largest; count++) {
    cell.observed += observed[count];
    cell.expected += n * mass(count);
    if (cell.expected < 10 || left - cell.expected < 10) continue;
    left -= cell.expected;
    cells.push(cell);
    cell = { observed: 0, expected: 0 };
  }
  cells.push({ observed: cell.observed, expected: left });
  const statistic = cells.reduce((sum, { observed, expected }) => sum + (observed - expected) ** 2 / expected, 0);
  return statistic / chiSquareCritical(Math.max(cells.length - 1, 1));
}

/** Wilson & Hilferty (1931): (χ²/k)^(1/3) is nearly Normal(1 - 2/(9k), √(2/(9k))). */
function chiSquareCritical(degreesOfFreedom: number): number {
  const spread = 2 / (9 * degreesOfFreedom);
  return degreesOfFreedom * (1 - spread - standardNormalQuantile(LEVEL) * Math.sqrt(spread)) ** 3;
}
