import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCsv, parseCsv, tableFromColumns } from "../src/index.ts";
import { expectError } from "./expectError.ts";

test("numbers, missing cells and text are told apart by column", () => {
  const table = parseCsv('\ufeffchips, rt ,place\r\n12,0.5e-1,north\r\n,NA,\r\n\r\n3,-Inf,"so,uth""s"\r\n');
  expect(table.numRows).toBe(3);
  expect(table.columns).toEqual({
    chips: Float64Array.of(12, Number.NaN, 3),
    rt: Float64Array.of(0.05, Number.NaN, -Infinity),
    place: ["north", "", 'so,uth"s'],
  });
});

test("hexadecimal, dates and thousands separators stay text", () => {
  const { columns } = parseCsv('a,b,c\n0x10,2024-01-02,"1,000"\n');
  expect(columns).toEqual({ a: ["0x10"], b: ["2024-01-02"], c: ["1,000"] });
});

test("a header alone is a table without rows", () => {
  expect(parseCsv("a,b")).toEqual({ numRows: 0, columns: { a: new Float64Array(0), b: new Float64Array(0) } });
});

test("each fault is named", async () => {
  await expectError(() => parseCsv("", { source: "chips.csv" }), "file", /^chips\.csv: .*nothing/);
  await expectError(() => parseCsv("1,2\n3,4\n"), "file", /no header.*1, 2/);
  const repeated = await expectError(() => parseCsv("a,b,a\n1,2,3\n"), "file", /columns 1 and 3/);
  expect(repeated.field).toBe("a");
  await expectError(() => parseCsv(",a\n0,1\n"), "file", /column 1 has no name/);
  const ragged = await expectError(
    () => parseCsv("a,b\n1,2\n\n3\n", { source: "x.csv" }),
    "file",
    /line 4 has 1 cells/,
  );
  expect(ragged.row).toBe(1);
  expect((await expectError(() => parseCsv("a,b\n1,2,3\n"), "file", /line 2 has 3 cells/)).row).toBe(0);
  await expectError(() => parseCsv('a,b\n1,"2\n'), "file", /line 3|line 2/);
});

test("law: what formatCsv writes, parseCsv reads to the bit", () => {
  const name = fc.string({ minLength: 1, unit: "grapheme" }).map((text) => `column ${text}`);
  const number = fc.double();
  const text = fc.string({ unit: "grapheme" }).map((cell) => `"${cell}`);
  const table = fc.integer({ min: 1, max: 5 }).chain((numRows) =>
    fc.dictionary(
      name,
      fc.oneof(
        fc.array(number, { minLength: numRows, maxLength: numRows }).map((values) => Float64Array.from(values)),
        fc.array(text, { minLength: numRows, maxLength: numRows }),
      ),
      { minKeys: 1 },
    ),
  );
  fc.assert(
    fc.property(table, (columns) => {
      const original = tableFromColumns({ ...columns });
      expect(parseCsv(formatCsv(original))).toEqual(original);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("empty and padded text cells survive, also in a table with one column", () => {
  const table = tableFromColumns({ note: ["", " padded ", "a\nb", "plain"] });
  expect(parseCsv(formatCsv(table))).toEqual(table);
});
