import fc from "fast-check";
import { expect, test } from "vitest";
import { distinctRows } from "../../src/trace/distinctRows.ts";

/** The slow obvious twin: rows by their text. */
function twin(parts: readonly Int32Array[], numTrials: number) {
  const rows = new Map<string, number>();
  const row = Array.from({ length: numTrials }, (_, i) => {
    const key = parts.map((part) => part[i]).join(",");
    if (!rows.has(key)) rows.set(key, rows.size);
    return rows.get(key);
  });
  const tuples = [...rows.keys()].map((key) => (key === "" ? [] : key.split(",").map(Number)));
  return { numRows: rows.size, row, indexOfRow: parts.map((_, p) => tuples.map((tuple) => tuple[p])) };
}

test("finds the distinct tuples in order of first appearance", () => {
  const trials = fc
    .record({ width: fc.nat(4), largest: fc.constantFrom(0, 1, 3, 2 ** 30) })
    .chain(({ width, largest }) =>
      fc.array(fc.array(fc.nat(largest), { minLength: width, maxLength: width }), { maxLength: 60 }).map((rows) => ({
        numTrials: rows.length,
        parts: Array.from({ length: width }, (_, p) => Int32Array.from(rows, (tuple) => tuple[p])),
      })),
    );
  fc.assert(
    fc.property(trials, ({ parts, numTrials }) => {
      const { numRows, row, indexOfRow } = distinctRows(parts, numTrials);
      expect({ numRows, row: [...row], indexOfRow: indexOfRow.map((index) => [...index]) }).toEqual(
        twin(parts, numTrials),
      );
    }),
  );
});
