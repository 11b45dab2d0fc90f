import { isPointOnSupport, pointSize, type VectorSupport } from "@poolish/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bijectorFor } from "../src/index.ts";

const COUNT = 2;
const supports: [string, VectorSupport, number][] = [
  ["a simplex of 4", { kind: "simplex", size: 4 }, 3],
  ["a simplex of 1", { kind: "simplex", size: 1 }, 0],
  ["correlations of 3", { kind: "correlationCholesky", size: 3 }, 3],
  ["correlations of 4", { kind: "correlationCholesky", size: 4 }, 6],
  ["increasing vectors of 3", { kind: "ordered", size: 3 }, 3],
];

/** The constrained numbers that are free: the others follow from these. */
function freeEntries({ kind, size }: VectorSupport): number[] {
  if (kind === "simplex") return Array.from({ length: size - 1 }, (_, i) => i);
  if (kind === "ordered") return Array.from({ length: size }, (_, i) => i);
  return Array.from({ length: size * size }, (_, i) => i).filter((i) => i % size < Math.floor(i / size));
}

/** log |det| by elimination with pivots. */
function logDeterminant(rows: number[][]): number {
  const a = rows.map((row) => row.slice());
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const pivot = a.slice(k).reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(a[best][k]) ? i + k : best), k);
    [a[k], a[pivot]] = [a[pivot], a[k]];
    sum += Math.log(Math.abs(a[k][k]));
    for (let i = k + 1; i < a.length; i++) {
      const factor = a[i][k] / a[k][k];
      for (let j = k; j < a.length; j++) a[i][j] -= factor * a[k][j];
    }
  }
  return sum;
}

test.each(supports)("onto %s: lands there and comes back, element by element", (_, support, free) => {
  const size = pointSize(support);
  const bijector = bijectorFor(support, COUNT * size);
  expect(bijector.unconstrainedSize).toBe(COUNT * free);
  expect(bijector.constrainedSize).toBe(COUNT * size);
  const positions = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
    minLength: COUNT * free,
    maxLength: COUNT * free,
  });
  fc.assert(
    fc.property(positions, (values) => {
      const u = Float64Array.from(values);
      const x = new Float64Array(COUNT * size).fill(777);
      bijector.constrain(u, x);
      for (let c = 0; c < COUNT; c++) expect(isPointOnSupport(support, x, c * size)).toBe(true);
      const back = new Float64Array(COUNT * free).fill(777);
      bijector.unconstrain(x, back);
      // Shares and rows of the cases here keep all digits down to exp(-20); 100 rounding errors, magnified by that.
      for (let i = 0; i < u.length; i++) expect(Math.abs(back[i] - u[i])).toBeLessThan(1e-9);
    }),
  );
});

test.each(supports)("onto %s: log-Jacobian and pullback against finite differences", (_, support, free) => {
  const size = pointSize(support);
  const bijector = bijectorFor(support, COUNT * size);
  const h = 1e-5;
  const positions = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
    minLength: COUNT * free,
    maxLength: COUNT * free,
  });
  const weights = Float64Array.from({ length: COUNT * size }, (_, i) => Math.sin(3 * i + 1));
  const point = (u: Float64Array) => {
    const x = new Float64Array(COUNT * size);
    return { logJacobian: bijector.constrain(u, x), x };
  };
  const entries = Array.from({ length: COUNT }, (_, c) => freeEntries(support).map((entry) => c * size + entry)).flat();
  fc.assert(
    fc.property(positions, (values) => {
      const u = Float64Array.from(values);
      const { x, logJacobian } = point(u);
      const gradient = u.map((_, i) => 10 + i);
      bijector.pullback(u, x, weights, gradient);
      const columns = Array.from(u, (value, i) => {
        const high = point(u.with(i, value + h));
        const low = point(u.with(i, value - h));
        const dot = weights.reduce((sum, weight, k) => sum + weight * (high.x[k] - low.x[k]), 0);
        const slope = (dot + high.logJacobian - low.logJacobian) / (2 * h);
        // Third derivatives of x and of log-J are below 1e3 here: h² / 6 of them, and rounding over h.
        expect(Math.abs(gradient[i] - 10 - i - slope)).toBeLessThan(1e-7);
        return entries.map((entry) => (high.x[entry] - low.x[entry]) / (2 * h));
      });
      if (free > 0) expect(Math.abs(logDeterminant(columns) - logJacobian)).toBeLessThan(1e-6);
      else expect(logJacobian).toBeCloseTo(0, 15);
    }),
    { numRuns: 50 },
  );
});

test("far out nothing overflows or turns into NaN", () => {
  const shares = new Float64Array(3);
  expect(bijectorFor({ kind: "simplex", size: 3 }, 3).constrain(Float64Array.of(800, -800), shares)).toBe(-1600 - 800);
  expect(Array.from(shares)).toEqual([1, 0, 0]);
  const factor = new Float64Array(4);
  const correlation = bijectorFor({ kind: "correlationCholesky", size: 2 }, 4);
  expect(correlation.constrain(Float64Array.of(500), factor)).toBeCloseTo(2 * (Math.LN2 - 500), 10);
  expect(factor[2]).toBe(1);
  expect(factor[3]).toBeGreaterThan(0);
  const back = new Float64Array(1);
  correlation.unconstrain(factor, back);
  expect(back[0]).toBeCloseTo(500, 10);
});

test("a part of a point is refused", () => {
  expect(() => bijectorFor({ kind: "simplex", size: 3 }, 4)).toThrow("whole number of points");
  expect(() => bijectorFor({ kind: "ordered", size: 0 }, 0)).toThrow("whole number of points");
});
