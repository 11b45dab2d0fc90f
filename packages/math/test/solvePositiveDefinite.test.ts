import fc from "fast-check";
import { expect, test } from "vitest";
import { cholesky } from "../src/cholesky.ts";
import { solvePositiveDefinite } from "../src/solvePositiveDefinite.ts";

/** B Bᵀ + I, whose smallest eigenvalue is at least 1. */
function positiveDefinite(values: readonly number[], n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 1 : 0;
    for (let k = 0; k < n; k++) sum += values[i * n + k] * values[j * n + k];
    return sum;
  });
}

const entries = fc
  .integer({ min: 1, max: 6 })
  .chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n * n + n, maxLength: n * n + n }),
    ),
  );

test("the solution solves the system, and the factor multiplies back", () => {
  fc.assert(
    fc.property(entries, ([n, values]) => {
      const a = positiveDefinite(values, n);
      const b = Float64Array.from(values.slice(n * n));
      const x = solvePositiveDefinite(a, b) ?? new Float64Array(n).fill(Number.NaN);
      const factor = cholesky(a, n) ?? new Float64Array(n * n).fill(Number.NaN);
      // Backward stability (Higham 2002, theorem 10.4): residual of order n² · 2⁻⁵² · |A| |x|, with |A|, |x| ≤ n · 25, 40.
      const bound = n ** 3 * 2 ** -52 * 1e4;
      for (let i = 0; i < n; i++) {
        let product = 0;
        for (let j = 0; j < n; j++) {
          product += a[i * n + j] * x[j];
          let square = 0;
          for (let k = 0; k < n; k++) square += factor[i * n + k] * factor[j * n + k];
          expect(Math.abs(square - a[i * n + j])).toBeLessThan(bound);
        }
        expect(Math.abs(product - b[i])).toBeLessThan(bound);
      }
    }),
  );
});

test("an indefinite matrix has neither factor nor solution", () => {
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  expect(solvePositiveDefinite(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1))).toBeUndefined();
});
