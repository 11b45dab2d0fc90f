import { expect, test } from "vitest";
import { tableFromColumns, tableFromParquet, tableToParquet } from "../src/index.ts";
import { expectError } from "./expectError.ts";

const numRows = 3000;
const table = tableFromColumns({
  "theta.rate": Float64Array.from({ length: numRows }, (_, i) => Math.sin(i) * 10 ** (i % 9)),
  "x.chips": Float64Array.from({ length: numRows }, (_, i) => [i % 7, Number.NaN, Infinity, -0][i % 4]),
  place: Array.from({ length: numRows }, (_, i) => ["north", 'süd, "quoted"', "", "東"][i % 4]),
});
const metadata = { seed: "1", prior: '{"rate":"gamma(2, 0.2)"}', empty: "" };

test("tables and metadata come back to the bit", async () => {
  const back = await tableFromParquet(tableToParquet(table, metadata));
  expect(back.table).toEqual(table);
  expect(back.metadata).toEqual(metadata);
});

test("bytes in the middle of a larger buffer are read", async () => {
  const bytes = tableToParquet(table);
  const buffer = new Uint8Array(bytes.length + 5);
  buffer.set(bytes, 3);
  expect((await tableFromParquet(buffer.subarray(3, 3 + bytes.length))).table).toEqual(table);
  // The slice of a Node Buffer is a view of the whole buffer, not a copy.
  expect((await tableFromParquet(Buffer.from(buffer.buffer, 3, bytes.length))).table).toEqual(table);
});

test("tables without rows and without metadata", async () => {
  const empty = tableFromColumns({ a: new Float64Array(0), b: [] });
  expect(await tableFromParquet(tableToParquet(empty))).toEqual({
    table: { numRows: 0, columns: { a: new Float64Array(0), b: [] } },
    metadata: {},
  });
});

test("every truncation is a file error with a remedy", async () => {
  const bytes = tableToParquet(tableFromColumns({ a: Float64Array.of(1, 2, 3), b: ["x", "y", "z"] }), metadata);
  for (let length = 0; length < bytes.length; length++) {
    await expectError(
      () => tableFromParquet(bytes.subarray(0, length), "s.parquet"),
      "file",
      /^s\.parquet: .*copy or write/,
    );
  }
});

test("foreign bytes and a hole in the middle are file errors", async () => {
  await expectError(() => tableFromParquet(new TextEncoder().encode("a,b\n1,2\n")), "file", /Parquet/);
  const bytes = tableToParquet(table);
  const holed = new Uint8Array([...bytes.subarray(0, 100), ...bytes.subarray(200)]);
  await expectError(() => tableFromParquet(holed), "file", /copy or write it again/);
});
