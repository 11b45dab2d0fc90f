import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gamma, normal, poisson } from "@poolish/distributions";
import { tableFromParquet, tableToParquet } from "@poolish/io";
import { caughtError } from "@poolish/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSimulations, saveSimulations } from "../src/node/index.ts";
import { simulate } from "../src/simulate.ts";
import type { Simulations } from "../src/simulations.ts";
import { simulationsFromParquet, simulationsToParquet } from "../src/simulationsParquet.ts";

let folder = "";
let simulations: Simulations;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "poolish-sbi-"));
  simulations = await simulate({
    simulator: {
      name: "two columns",
      parameters: ["rate", "shift"],
      columns: [
        { name: "chips", kind: "count", bounds: { lower: 0, upper: Infinity } },
        { name: "weight", kind: "continuous" },
      ],
      simulate(rng, [rate, shift], out) {
        out[0] = poisson(rate).sample(rng);
        out[1] = shift + rng.uniform();
      },
    },
    prior: { rate: gamma(2, 0.2), shift: normal(0, 1) },
    count: 300,
    seed: 4,
  });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("bytes come back as the same simulations, to the bit", async () => {
  expect(await simulationsFromParquet(simulationsToParquet(simulations))).toEqual(simulations);
});

test("columns are named theta.* and x.*: other tools read them", async () => {
  const { table } = await tableFromParquet(simulationsToParquet(simulations));
  expect(Object.keys(table.columns)).toEqual(["theta.rate", "theta.shift", "x.chips", "x.weight"]);
  expect(table.columns["theta.shift"]).toEqual(simulations.theta.filter((_, i) => i % 2 === 1));
});

test("a file comes back, and no other file is left", async () => {
  const path = join(folder, "simulations.parquet");
  await saveSimulations(path, simulations);
  expect(await loadSimulations(path)).toEqual(simulations);
  expect(await readdir(folder)).toEqual(["simulations.parquet"]);
});

test("a missing or truncated file is a typed error that names the path and what to do", async () => {
  const path = join(folder, "short.parquet");
  await saveSimulations(path, simulations);
  await truncate(path, 500);
  for (const bad of [path, join(folder, "nowhere.parquet")]) {
    const error = await caughtError(() => loadSimulations(bad));
    expect(error).toMatchObject({ kind: "file", field: bad });
    expect(error.remedy).toBeTruthy();
  }
});

/** The file with a changed header; undefined removes an entry. */
async function withHeader(change: Record<string, unknown>): Promise<Uint8Array> {
  const { table, metadata } = await tableFromParquet(simulationsToParquet(simulations));
  return tableToParquet(table, { poolish: JSON.stringify({ ...JSON.parse(metadata.poolish), ...change }) });
}

test.each<[words: string, change: Record<string, unknown>]>([
  ["no simulations", { format: "something" }],
  ["version 2", { version: 2 }],
  ["simulator", { simulator: 5 }],
  ["seed", { seed: "one" }],
  ["parameters", { parameters: [] }],
  ["parameters", { parameters: [{ name: "rate" }] }],
  ["columns", { columns: [{ name: "chips", kind: "sound" }] }],
  ["x.ghost", { columns: [{ name: "ghost", kind: "count" }] }],
])("a header that is wrong: %s", async (words, change) => {
  const bytes = await withHeader(change);
  const error = await caughtError(() => simulationsFromParquet(bytes, "simulations.parquet"));
  expect(error).toMatchObject({ kind: "file", field: "simulations.parquet" });
  expect(error.message).toContain(words);
  expect(error.remedy).toContain("saveSimulations");
});

test("tables of others and text are typed errors", async () => {
  const foreign = tableToParquet({ numRows: 1, columns: { a: Float64Array.of(1) } });
  expect(await caughtError(() => simulationsFromParquet(foreign))).toMatchObject({ kind: "file" });
  const broken = tableToParquet({ numRows: 1, columns: { a: Float64Array.of(1) } }, { poolish: "{" });
  expect((await caughtError(() => simulationsFromParquet(broken))).message).toContain("not JSON");
  const text = new TextEncoder().encode("theta.rate,x.chips\n1,2\n");
  expect(await caughtError(() => simulationsFromParquet(text))).toMatchObject({ kind: "file" });
});
