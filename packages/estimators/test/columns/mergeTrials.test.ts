import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeTrials } from "../../src/columns/mergeTrials.ts";

/** Trials as (row, first column, second column), in any order, with repeats. */
const trials = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.constantFrom(-1.5, 0, 2.25), fc.nat({ max: 2 })), {
  maxLength: 40,
});

test("terms are the distinct trials, as a Map finds them", () => {
  fc.assert(
    fc.property(trials, (all) => {
      const row = Int32Array.from(all, ([r]) => r);
      const columns = [all.map(([, x]) => x), all.map(([, , x]) => x)];
      const merged = mergeTrials(columns, row);
      const counts = new Map<string, number>();
      for (const trial of all) counts.set(trial.join(), (counts.get(trial.join()) ?? 0) + 1);
      expect(merged.numTerms).toBe(counts.size);
      all.forEach((trial, i) => {
        const term = merged.termOfTrial[i];
        expect(merged.rowOfTerm[term]).toBe(trial[0]);
        expect(merged.multiplicity[term]).toBe(counts.get(trial.join()));
        expect(all[merged.trialOfTerm[term]]).toEqual(trial);
      });
    }),
  );
});

test("terms are in order of row, then of the columns", () => {
  fc.assert(
    fc.property(trials, (all) => {
      const columns = [all.map(([, x]) => x), all.map(([, , x]) => x)];
      const merged = mergeTrials(
        columns,
        Int32Array.from(all, ([r]) => r),
      );
      const terms = Array.from(merged.trialOfTerm, (trial) => all[trial]);
      const sorted = terms.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      expect(terms).toEqual(sorted);
    }),
  );
});

test("without columns a term is a row; no trials make no terms", () => {
  const merged = mergeTrials([], Int32Array.of(2, 0, 2));
  expect([...merged.rowOfTerm]).toEqual([0, 2]);
  expect([...merged.multiplicity]).toEqual([1, 2]);
  expect(mergeTrials([[]], new Int32Array(0)).numTerms).toBe(0);
});
