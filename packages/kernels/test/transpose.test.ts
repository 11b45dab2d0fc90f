import { createKernels, matrixLength, paddedColumns, paddedRows } from "@poolish/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { at, matrix, variants } from "./harness.ts";

test.each(variants)("%s: transposes exactly and overwrites the padding with zeros", (variant) => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(side, side, (rows, columns) => {
      const kernels = createKernels({ capacity: 10_000, variant });
      const from = matrix(kernels, rows, columns, 0);
      const to = kernels.allocate(matrixLength(columns, rows));
      to.values.fill(7);
      kernels.transpose(from, to, rows, columns);
      for (let c = 0; c < paddedRows(columns); c++) {
        for (let r = 0; r < paddedColumns(rows); r++) {
          const expected = r < rows && c < columns ? at(from, columns, r, c) : 0;
          expect(at(to, rows, c, r)).toBe(expected);
        }
      }
    }),
    { seed: 31, numRuns: 80 },
  );
});
