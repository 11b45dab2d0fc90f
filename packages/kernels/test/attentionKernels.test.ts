import { type AttentionGroups, columnsOf, createKernels, type Matrix } from "@poolish/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectClose, filled, rows } from "./matrices.ts";

const shapes = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  numHeads: fc.integer({ min: 1, max: 3 }),
  numQueries: fc.integer({ min: 1, max: 6 }),
  numKeys: fc.integer({ min: 1, max: 11 }),
  width: fc.constantFrom(4, 8, 12),
  isShared: fc.boolean(),
  start: fc.nat({ max: 10_000 }),
});

/** Calls `add` for each weight, with where it stands and where its query and key begin. */
function eachWeight(
  { count, numHeads, numQueries, numKeys, rowOf }: AttentionGroups,
  width: number,
  add: (row: number, key: number, query: number, keyRow: number, column: number) => void,
): void {
  for (let g = 0; g < count; g++) {
    for (let h = 0; h < numHeads; h++) {
      for (let i = 0; i < numQueries; i++) {
        for (let j = 0; j < numKeys; j++) {
          const keyRow = (rowOf?.values[g] ?? g) * numKeys + j;
          add((g * numHeads + h) * numQueries + i, j, g * numQueries + i, keyRow, h * width);
        }
      }
    }
  }
}

function expectRows(actual: Matrix, expected: readonly number[][], what: string): void {
  expected.forEach((row, i) => {
    // Products of numbers up to 1, at most 12 · 2 + 6 of them in float32.
    expectClose(rows(actual, expected.length)[i], row, 1e-6, 1e-5, what);
  });
}

test("scores, mixtures and their adjoints are what loops over all weights say, and leave their neighbours alone", () => {
  fc.assert(
    fc.property(shapes, ({ count, numHeads, numQueries, numKeys, width, isShared, start }) => {
      const kernels = createKernels({ capacity: 40_000 });
      const columns = numHeads * width;
      const rowOf = isShared ? kernels.allocateIndices(count) : null;
      rowOf?.values.set(Array.from({ length: count }, (_, g) => g >> 1));
      const groups: AttentionGroups = { count, numHeads, numQueries, numKeys, rowOf };
      const [numOwn, numKeyRows] = [count * numQueries, (isShared ? ((count - 1) >> 1) + 1 : count) * numKeys];
      const wide = filled(kernels, numOwn, 3 * columns + 5, start);
      const queries = columnsOf(wide, columns, columns);
      const keys = columnsOf(filled(kernels, numKeyRows, 2 * columns, start + 7), columns, columns);
      const wideWeights = filled(kernels, numOwn * numHeads, numKeys + 4, start + 99);
      const weights = columnsOf(wideWeights, 2, numKeys);
      const [q, k, w] = [rows(queries, numOwn), rows(keys, numKeyRows), rows(weights, numOwn * numHeads)];
      const [scores, mixed, spread] = [w, q, k].map((matrix) => matrix.map((row) => row.slice()));
      eachWeight(groups, width, (row, j, query, keyRow, column) => {
        for (let c = column; c < column + width; c++) {
          scores[row][j] += 0.5 * q[query][c] * k[keyRow][c];
          mixed[query][c] += 2 * w[row][j] * k[keyRow][c];
          spread[keyRow][c] += 0.25 * w[row][j] * q[query][c];
        }
      });
      const before = [wide, wideWeights].map((matrix) => matrix.values.slice());
      kernels.attentionMixture(weights, keys, groups, 2, queries);
      expectRows(queries, mixed, "mixture");
      for (let at = 0; at < wide.values.length; at++) {
        const column = at % wide.stride;
        if (column < columns || column >= 2 * columns) expect(wide.values[at]).toBe(before[0][at]);
      }
      wide.values.set(before[0]);
      kernels.attentionScores(queries, keys, groups, 0.5, weights);
      expectRows(weights, scores, "scores");
      for (let at = 0; at < wideWeights.values.length; at++) {
        const column = at % wideWeights.stride;
        if (column < 2 || column >= 2 + numKeys) expect(wideWeights.values[at]).toBe(before[1][at]);
      }
      wideWeights.values.set(before[1]);
      kernels.attentionSpread(weights, queries, groups, 0.25, keys);
      expectRows(keys, spread, "spread");
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("a key's score does not depend on its place, to the bit", () => {
  const kernels = createKernels({ capacity: 4000 });
  const queries = filled(kernels, 1, 12, 3);
  const keys = kernels.allocateMatrix(7, 12);
  for (let j = 0; j < 7; j++)
    for (let c = 0; c < 12; c++) keys.values[j * keys.stride + c] = Math.fround(Math.sin(c + 1));
  const scores = kernels.allocateMatrix(1, 7);
  const groups = { count: 1, numHeads: 1, numQueries: 1, numKeys: 7, rowOf: null };
  kernels.attentionScores(queries, keys, groups, 0.3, scores);
  for (let j = 1; j < 7; j++) expect(scores.values[j]).toBe(scores.values[0]);
});

test("groups beyond a matrix and heads that do not fit are refused", () => {
  const kernels = createKernels({ capacity: 4000 });
  const [queries, keys] = [kernels.allocateMatrix(6, 8), kernels.allocateMatrix(8, 8)];
  const weights = kernels.allocateMatrix(12, 4);
  const groups = { count: 2, numHeads: 2, numQueries: 3, numKeys: 4, rowOf: null };
  const run = (own: AttentionGroups) => () => kernels.attentionScores(queries, keys, own, 1, weights);
  expect(run(groups)).not.toThrow();
  expect(run({ ...groups, count: 3 })).toThrow("room for");
  expect(run({ ...groups, numKeys: 5 })).toThrow("columns");
  expect(run({ ...groups, numHeads: 1 })).not.toThrow();
  const rowOf = kernels.allocateIndices(2);
  rowOf.values.set([0, 2]);
  expect(run({ ...groups, rowOf })).toThrow("room for");
  rowOf.values.set([-1, 0]);
  expect(run({ ...groups, rowOf })).toThrow("negative");
  const narrow = { ...groups, count: 1, numHeads: 4 };
  expect(() => kernels.attentionScores(queries, keys, narrow, 1, weights)).toThrow("multiple of 4");
});
