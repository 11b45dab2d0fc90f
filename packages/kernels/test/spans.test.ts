import {
  columnsOf,
  createKernels,
  type Kernels,
  type Matrix,
  matrixLength,
  spansLength,
  withSpans,
} from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { variants } from "./harness.ts";
import { fill, filled, rows } from "./matrices.ts";

type IsFree = (input: number, output: number) => boolean;

/** Which weights are free: those of rising degrees (masked autoregression), of shuffled ones, a few, or none. */
const masks = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map(
    (d): IsFree =>
      (i, o) =>
        Math.floor(i / d) <= Math.floor(o / d),
  ),
  fc.integer({ min: 2, max: 13 }).map(
    (d): IsFree =>
      (i, o) =>
        (7 * i) % d <= (5 * o) % d,
  ),
  fc.integer({ min: 2, max: 40 }).map(
    (d): IsFree =>
      (i, o) =>
        (i * 31 + o * 17) % d === 0,
  ),
  fc.constant<IsFree>(() => false),
);

const cases = fc.record({
  count: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 60, max: 300 })),
  inputs: fc.integer({ min: 1, max: 90 }),
  outputs: fc.integer({ min: 1, max: 50 }),
  start: fc.nat({ max: 100_000 }),
  isFree: masks,
});

/** Weights that are 0 where they are held, and the same with spans. */
function maskedPair(kernels: Kernels, inputs: number, outputs: number, start: number, isFree: IsFree) {
  const dense = filled(kernels, inputs, outputs, start);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) if (!isFree(i, o)) dense.values[i * dense.stride + o] = 0;
  }
  return { dense, spanned: withSpans(kernels, dense, isFree) };
}

describe.each(variants)("%s", (variant) => {
  const fresh = () => createKernels({ capacity: 400_000, variant });
  const both = (matrices: readonly [Matrix, Matrix], count: number) => matrices.map((matrix) => rows(matrix, count));

  test("values and gradients in inputs are those of all weights, to the bit, zeros' signs aside", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ count, inputs, outputs, start, isFree }, isAdding) => {
        const kernels = fresh();
        const { dense, spanned } = maskedPair(kernels, inputs, outputs, start, isFree);
        const x = filled(kernels, count, inputs, start + 1e5);
        const y = [0, 1].map(() => kernels.allocateMatrix(count, outputs)) as [Matrix, Matrix];
        [dense, spanned].forEach((weights, k) => {
          kernels.denseForward(x, weights, null, "identity", null, y[k], count);
        });
        const [whole, skipped] = both(y, count);
        expect(skipped.flat().map((v) => v + 0)).toEqual(whole.flat().map((v) => v + 0));
        const transposed = kernels.allocateMatrix(outputs, inputs);
        const ofSpans = withSpans(kernels, transposed, (o, i) => isFree(i, o));
        kernels.transposeMatrix(dense, transposed);
        const dx = [0, 1].map(() => filled(kernels, count, inputs, start + 2e5)) as [Matrix, Matrix];
        [transposed, ofSpans].forEach((weights, k) => {
          kernels.denseBackwardInput(y[0], weights, dx[k], count, isAdding ? "add" : "overwrite");
        });
        const [wholeDx, skippedDx] = both(dx, count);
        expect(skippedDx.flat().map((v) => v + 0)).toEqual(wholeDx.flat().map((v) => v + 0));
      }),
      { seed: 41, numRuns: 80 },
    );
  });

  test("gradients in free weights and biases are those of all, to the bit; those far from any stay as they were", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ count, inputs, outputs, start, isFree }, isAdding) => {
        const kernels = fresh();
        const x = filled(kernels, count, inputs, start);
        const dy = filled(kernels, count, outputs, start + 1e5);
        const accumulation = isAdding ? "add" : "overwrite";
        const [dense, masked] = [0, 1].map(() => fill(kernels.allocateMatrix(inputs, outputs), inputs, start + 2e5));
        const spanned = withSpans(kernels, masked, isFree);
        const biases = [0, 1].map(() => kernels.allocate(64));
        kernels.denseBackwardWeights(x, dy, dense, biases[0], count, accumulation);
        kernels.denseBackwardWeights(x, dy, spanned, biases[1], count, accumulation);
        expect(biases[1].values).toEqual(biases[0].values);
        const before = filled(kernels, inputs, outputs, start + 2e5);
        const [whole, skipped, unmoved] = [dense, spanned, before].map((matrix) => rows(matrix, inputs));
        for (let i = 0; i < inputs; i++) {
          for (let o = 0; o < outputs; o++) {
            if (isFree(i, o)) expect(skipped[i][o]).toBe(whole[i][o]);
            else expect([whole[i][o], unmoved[i][o]]).toContain(skipped[i][o]);
          }
        }
      }),
      { seed: 42, numRuns: 80 },
    );
  });

  test("skips what it can: not-a-numbers below the diagonal are never met", () => {
    const kernels = fresh();
    const isFree: IsFree = (i, o) => Math.floor(i / 8) <= Math.floor(o / 8);
    const weights = filled(kernels, 48, 48, 0);
    for (let i = 0; i < 48; i++) {
      for (let o = 0; o < 48; o++) if (!isFree(i, o)) weights.values[i * weights.stride + o] = Number.NaN;
    }
    const y = kernels.allocateMatrix(64, 48);
    kernels.denseForward(
      filled(kernels, 64, 48, 1),
      withSpans(kernels, weights, isFree),
      null,
      "identity",
      null,
      y,
      64,
    );
    expect(rows(y, 64).flat().every(Number.isFinite)).toBe(true);
  });
});

test("a matrix without an element to skip has no spans, and the columns of one that has some read them all", () => {
  const kernels = createKernels({ capacity: 10_000 });
  const matrix = kernels.allocateMatrix(20, 20);
  expect(withSpans(kernels, matrix, () => true)).toBe(matrix);
  expect(
    columnsOf(
      withSpans(kernels, matrix, () => false),
      0,
      8,
    ).spans,
  ).toBeNull();
});

test("spans take at most the length that is said", () => {
  fc.assert(
    fc.property(cases, ({ inputs, outputs, isFree }) => {
      const kernels = createKernels({ capacity: matrixLength(inputs, outputs) + spansLength(inputs, outputs) });
      withSpans(kernels, kernels.allocateMatrix(inputs, outputs), isFree);
    }),
    { seed: 43, numRuns: 200 },
  );
});
