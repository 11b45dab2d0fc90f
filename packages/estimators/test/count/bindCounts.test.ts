import { caughtError } from "@poolish/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindCounts, requireCounts } from "../../src/count/bindCounts.ts";
import { countEdge } from "../../src/count/countScale.ts";

const scale = { mean: 3, standardDeviation: 1.2 };

/** Trials as (count, row) pairs, in any order, with repeats, over rows that may be empty. */
const trials = fc.integer({ min: 1, max: 6 }).chain((numRows) =>
  fc.record({
    numRows: fc.constant(numRows),
    pairs: fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: numRows - 1 })), { maxLength: 40 }),
  }),
);

describe("bindCounts", () => {
  test("has one term for each distinct (row, count), as a naive twin finds them", () => {
    fc.assert(
      fc.property(trials, ({ numRows, pairs }) => {
        const counts = pairs.map(([count]) => count);
        const row = Int32Array.from(pairs, ([, r]) => r);
        const bound = bindCounts(scale, counts, row, numRows);
        const distinct = new Set(pairs.map((pair) => pair.join()));
        expect(bound.numTerms).toBe(distinct.size);
        expect(bound.termOfTrial).toHaveLength(pairs.length);
        pairs.forEach(([count, r], i) => {
          const term = bound.termOfTrial[i];
          expect(bound.rowOfTerm[term]).toBe(r);
          expect(bound.lower[term]).toBe(countEdge(scale, count));
          expect(bound.upper[term]).toBe(countEdge(scale, count + 1));
          expect(bound.multiplicity[term]).toBe(pairs.filter(([k, s]) => k === count && s === r).length);
        });
        expect(bound.multiplicity.reduce((sum, value) => sum + value, 0)).toBe(pairs.length);
      }),
    );
  });

  test("orders terms by row, then by count: neighbours share edges", () => {
    fc.assert(
      fc.property(trials, ({ numRows, pairs }) => {
        const { rowOfTerm, lower, numTerms } = bindCounts(
          scale,
          pairs.map(([count]) => count),
          Int32Array.from(pairs, ([, r]) => r),
          numRows,
        );
        for (let i = 1; i < numTerms; i++) {
          const isLater = rowOfTerm[i] > rowOfTerm[i - 1];
          expect(isLater || (rowOfTerm[i] === rowOfTerm[i - 1] && lower[i] > lower[i - 1])).toBe(true);
        }
      }),
    );
  });

  test("no trials and no rows are legal", () => {
    expect(bindCounts(scale, [], new Int32Array(0), 0).numTerms).toBe(0);
    expect(bindCounts(scale, [], new Int32Array(0), 3).numTerms).toBe(0);
  });
});

test.each([
  ["NaN", Number.NaN],
  ["a negative number", -1],
  ["a fraction", 2.5],
  ["infinity", Infinity],
])("requireCounts refuses %s, with column, row and remedy", async (_, value) => {
  const error = await caughtError(() => requireCounts("chips", [3, 0, value, -5]));
  expect(error).toMatchObject({ kind: "input", field: "chips", row: 2 });
  expect(error.message).toContain("chips");
  expect(error.remedy).toContain("leave it out");
});

test("requireCounts accepts counts, and none", () => {
  expect(() => requireCounts("chips", Int32Array.of(0, 1, 2_000_000_000))).not.toThrow();
  expect(() => requireCounts("chips", [])).not.toThrow();
});
