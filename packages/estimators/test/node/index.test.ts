import { mkdtemp, readdir, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { caughtError } from "@poolish/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { estimatorToBytes } from "../../src/estimatorToBytes.ts";
import { loadEstimator, loadEstimatorSync, saveEstimator } from "../../src/node/index.ts";
import { exampleEstimator } from "../support/exampleEstimator.ts";

const chips = exampleEstimator();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "poolish-estimators-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("what is saved is loaded, at once or later, and no other file is left", async () => {
  const path = join(folder, "chips.safetensors");
  await saveEstimator(path, chips);
  expect(new Uint8Array(await readFile(path))).toEqual(estimatorToBytes(chips));
  for (const loaded of [await loadEstimator(path), loadEstimatorSync(path)]) {
    expect(loaded.spec).toEqual(chips.spec);
    expect(loaded.logProb([0, 5, 99], [4, 0.3])).toEqual(chips.logProb([0, 5, 99], [4, 0.3]));
  }
  expect(await readdir(folder)).toEqual(["chips.safetensors"]);
});

test("saving again replaces the file", async () => {
  const path = join(folder, "again.safetensors");
  await saveEstimator(path, exampleEstimator(2));
  await saveEstimator(path, chips);
  expect((await loadEstimator(path)).weights).toEqual(chips.weights);
});

test("a missing file and a truncated one are typed errors that name the path", async () => {
  const missing = join(folder, "nowhere.safetensors");
  for (const error of [
    await caughtError(() => loadEstimator(missing)),
    await caughtError(() => loadEstimatorSync(missing)),
  ]) {
    expect(error.kind).toBe("file");
    expect(error.message).toContain(missing);
    expect(error.remedy).toBeTruthy();
  }
  const short = join(folder, "short.safetensors");
  await saveEstimator(short, chips);
  await truncate(short, 1000);
  const error = await caughtError(() => loadEstimator(short));
  expect(error.kind).toBe("file");
  expect(error.message).toContain(short);
  expect(error.message).toContain("truncated");
});

test("saving where it cannot be is a typed error that names the path", async () => {
  const path = join(folder, "no", "such", "folder", "chips.safetensors");
  const error = await caughtError(() => saveEstimator(path, chips));
  expect(error.kind).toBe("file");
  expect(error.message).toContain(path);
});
