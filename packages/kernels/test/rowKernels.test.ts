import { columnsOf, createKernels } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { variants } from "./harness.ts";
import { differences, expectClose, filled, row } from "./matrices.ts";

function logSumExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

const cases = fc.record({
  count: fc.integer({ min: 1, max: 6 }),
  columns: fc.oneof(fc.integer({ min: 1, max: 21 }), fc.constantFrom(1023, 1030, 5001)),
  start: fc.nat({ max: 100_000 }),
});

describe.each(variants)("%s", (variant) => {
  test("log-sum-exp, softmax and log-softmax agree with their twins and leave their neighbours alone", () => {
    fc.assert(
      fc.property(cases, ({ count, columns, start }) => {
        const kernels = createKernels({ capacity: 250_000, variant });
        const x = columnsOf(filled(kernels, count, columns + 3, start, 20), 1, columns);
        const wide = filled(kernels, count, columns + 3, start);
        const before = Array.from(wide.values);
        const [softmax, log] = [columnsOf(wide, 2, columns), kernels.allocateMatrix(count, columns)];
        const total = kernels.allocateVector(count);
        kernels.softmaxRows(x, softmax, count);
        kernels.logSoftmaxRows(x, log, count);
        kernels.logSumExpRows(x, total, count);
        for (let i = 0; i < count; i++) {
          const expected = logSumExp(row(x, i));
          expectClose(row(total, i), [expected], 4e-7, 4e-7, "log-sum-exp");
          expectClose(
            row(log, i),
            row(x, i).map((value) => value - expected),
            4e-7,
            6e-6,
            "log-softmax",
          );
          // The rounding of x − max is up to 40·2⁻²⁴; below e^−87 it is 0.
          expectClose(
            row(softmax, i),
            row(x, i).map((value) => Math.exp(value - expected)),
            4e-6,
            1e-37,
            "softmax",
          );
          const at = i * wide.stride;
          expect([...wide.values.subarray(at, at + 2), wide.values[at + columns + 2]]).toEqual([
            ...before.slice(at, at + 2),
            before[at + columns + 2],
          ]);
        }
      }),
      { seed: 71, numRuns: 30 },
    );
  });

  test("gradients are those of the twins: central differences", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 14 }),
        fc.nat({ max: 1e5 }),
        (count, columns, start) => {
          const kernels = createKernels({ capacity: 5000, variant });
          const x = filled(kernels, count, columns, start, 3);
          const dy = filled(kernels, count, columns, start + 3);
          const adjoint = filled(kernels, count, 1, start + 5);
          const [y, dx, dLog, dTotal] = [1, 2, 3, 4].map(() => kernels.allocateMatrix(count, columns));
          const total = kernels.allocateVector(count);
          kernels.softmaxRows(x, y, count);
          kernels.softmaxBackward(y, dy, dx, count);
          kernels.logSoftmaxRows(x, y, count);
          kernels.logSoftmaxBackward(y, dy, dLog, count);
          kernels.logSumExpRows(x, total, count);
          kernels.logSumExpBackward(x, total, adjoint, dTotal, count);
          for (let i = 0; i < count; i++) {
            const at = row(x, i);
            const shares = (point: readonly number[]) => point.map((value) => Math.exp(value - logSumExp(point)));
            const logs = (point: readonly number[]) => point.map((value) => value - logSumExp(point));
            const scale = 1e-6 * columns;
            expectClose(
              row(dx, i),
              differences((point) => dot(shares(point), row(dy, i)), at),
              2e-6,
              scale,
              "softmax",
            );
            expectClose(
              row(dLog, i),
              differences((point) => dot(logs(point), row(dy, i)), at),
              2e-6,
              scale,
              "log-softmax",
            );
            const expected = differences((point) => logSumExp(point) * row(adjoint, i)[0], at);
            expectClose(row(dTotal, i), expected, 2e-6, 1e-6, "log-sum-exp");
          }
        },
      ),
      { seed: 72, numRuns: 40 },
    );
  });

  test("NaN and infinities", () => {
    const kernels = createKernels({ capacity: 1000, variant });
    const x = kernels.allocateMatrix(5, 5);
    const special = [
      [-Infinity, -Infinity],
      [Infinity, 1],
      [Number.NaN, 1],
      [-Infinity, 2],
      [Infinity, Number.NaN],
    ];
    special.forEach((values, i) => {
      x.values.fill(-Infinity, i * x.stride, i * x.stride + 5);
      x.values.set(values, i * x.stride + 2);
    });
    const [total, softmax] = [kernels.allocateVector(5), kernels.allocateMatrix(5, 5)];
    kernels.logSumExpRows(x, total, 5);
    expect(Array.from(total.values.subarray(0, 5))).toEqual([-Infinity, Infinity, Number.NaN, 2, Number.NaN]);
    kernels.softmaxRows(x, softmax, 5);
    expect(row(softmax, 3)).toEqual([0, 0, 0, 1, 0]);
    expect([row(softmax, 0), row(softmax, 2)].flat().every(Number.isNaN)).toBe(true);
  });

  test("standard normal rows, their gradient and scaled rows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 11 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 1e5 }),
        (count, columns, start) => {
          const kernels = createKernels({ capacity: 5000, variant });
          const z = columnsOf(filled(kernels, count, columns + 2, start, 3), 1, columns);
          const logDensity = filled(kernels, count, 1, start + 1);
          const adjoint = filled(kernels, count, 1, start + 2);
          const before = Array.from({ length: count }, (_, i) => row(logDensity, i)[0]);
          const [dz, scaled] = [kernels.allocateMatrix(count, columns), kernels.allocateMatrix(count, columns)];
          kernels.standardNormalRows(z, logDensity, count);
          kernels.standardNormalBackward(z, adjoint, dz, count);
          kernels.scaleRows(z, adjoint, scaled, count);
          for (let i = 0; i < count; i++) {
            const expected = before[i] - 0.5 * dot(row(z, i), row(z, i)) - 0.5 * columns * Math.log(2 * Math.PI);
            expectClose(row(logDensity, i), [expected], 1e-6, 1e-6, "log-density");
            const products = row(z, i).map((value) => value * row(adjoint, i)[0]);
            expectClose(row(scaled, i), products, 1e-7, 0, "scaled");
            expectClose(
              row(dz, i),
              products.map((value) => -value),
              1e-7,
              0,
              "gradient",
            );
          }
        },
      ),
      { seed: 73, numRuns: 40 },
    );
  });

  test("weighted sums are those of float64, where float32 would lose them", () => {
    fc.assert(
      fc.property(cases, ({ count, columns, start }) => {
        const kernels = createKernels({ capacity: 250_000, variant });
        const x = filled(kernels, count, columns, start, 1000);
        const weights = filled(kernels, 1, columns, start + 1, 1000);
        const sums = kernels.allocate(2 * count + 2);
        const doubles = new Float64Array(sums.values.buffer, sums.pointer, count + 1).fill(7);
        kernels.weightedSums(x, weights, 0.1, sums, count);
        for (let i = 0; i < count; i++) {
          // Both sides round `columns` sums of terms up to 1e6 in float64.
          const error = Math.abs(doubles[i] - (0.1 + dot(row(x, i), row(weights, 0))));
          expect(error).toBeLessThanOrEqual(columns * columns * 1e6 * 2 ** -52);
        }
        expect(doubles[count]).toBe(7);
      }),
      { seed: 79, numRuns: 40 },
    );
  });

  test("refuses matrices that do not fit", () => {
    const kernels = createKernels({ capacity: 1000, variant });
    const [x, y, vector] = [kernels.allocateMatrix(4, 3), kernels.allocateMatrix(4, 2), kernels.allocateVector(4)];
    expect(() => kernels.softmaxRows(x, y, 4)).toThrow("needs 3 columns, has 2");
    expect(() => kernels.softmaxRows(x, x, 5)).toThrow("room for 4 rows");
    expect(() => kernels.logSumExpRows(x, y, 4)).toThrow("needs 1 columns");
    expect(() => kernels.standardNormalRows(x, vector, -1)).toThrow("got -1");
    expect(() => kernels.weightedSums(x, y, 0, kernels.allocate(8), 4)).toThrow("needs 2 columns, has 3");
    expect(() => kernels.weightedSums(x, x, 0, kernels.allocate(6), 4)).toThrow("sums needs 8");
    expect(() => kernels.weightedSums(columnsOf(x, 1, 2), y, 0, kernels.allocate(8), 4)).toThrow("padded");
  });
});
