import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tableFromColumns } from "../../src/index.ts";
import { readTable, writeFileAtomic, writeTable } from "../../src/node/index.ts";
import { expectError } from "../expectError.ts";
import { temporaryFolder } from "./temporaryFolder.ts";

const table = tableFromColumns({ chips: Float64Array.of(12, Number.NaN), place: ["north", "süd"] });

test.each(["a.csv", "a.parquet", "A.CSV"])("%s comes back", async (name) => {
  const path = join(temporaryFolder(), name);
  await writeTable(path, table);
  expect(await readTable(path)).toEqual(table);
});

test("another extension is refused and nothing is written", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "a.xlsx");
  await expectError(() => writeTable(path, table), "input", /extension "\.xlsx".*\.csv or a \.parquet/);
  await expectError(() => readTable(path), "input", /extension/);
  expect(readdirSync(folder)).toEqual([]);
});

test("faults in the file name the file", async () => {
  const folder = temporaryFolder();
  await writeFileAtomic(join(folder, "a.csv"), "a,b\n1\n");
  await expectError(() => readTable(join(folder, "a.csv")), "file", /a\.csv: line 2/);
  await writeFileAtomic(join(folder, "a.parquet"), "a,b\n1\n");
  await expectError(() => readTable(join(folder, "a.parquet")), "file", /a\.parquet: cannot read this as Parquet/);
  await expectError(() => readTable(join(folder, "b.csv")), "file", /b\.csv: cannot read a table: .*does not exist/);
});
