import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "@poolish/core";
import { infer } from "@poolish/inference";
import { type FolderOptions, inferToFolder, openDraws } from "@poolish/inference/node";
import { model, normal } from "@poolish/ppl";
import { expectRejection } from "@poolish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cookieData, cookieModel } from "../fixtures/cookies.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.mjs";

const cookies = cookieModel(poissonLikelihood);
const brief = { seed: 20, chains: 2, warmup: 60, draws: 40 };

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "poolish-draws-"));
});
afterAll(() => rm(root, { recursive: true }));

const stream = (name: string, options: Partial<FolderOptions> = {}) =>
  inferToFolder(cookies, cookieData, { ...brief, folder: join(root, name), ...options });

test.each([1, 2])(
  "with %i workers the files hold the draws, statistics and summary of infer, to the bit",
  async (workers) => {
    const options = { ...brief, draws: 4000 };
    const fit = await infer(cookies, cookieData, { ...options, workers: 1 });
    const streamed = await stream(`same-${workers}`, { ...options, workers });
    expect((await readdir(streamed.folder)).sort()).toEqual([
      "chain-1.npy",
      "chain-2.npy",
      "draws.json",
      "statistics-1.npy",
      "statistics-2.npy",
    ]);
    expect(await streamed.summary()).toEqual(fit.summary());
    for (const { name } of fit.summary()) expect(await streamed.draws(name)).toEqual(fit.draws(name));
    const { sample_stats } = fit.toInferenceData();
    expect([...streamed.manifest.statistics].sort()).toEqual(Object.keys(sample_stats).sort());
    for (const [name, { values }] of Object.entries(sample_stats)) {
      const [first, second] = await streamed.statistic(name);
      expect([...first, ...second]).toEqual([...values]);
    }
    expect(fit.diagnostics()).toMatchObject(await streamed.diagnostics());
    expect(streamed.manifest).toMatchObject({ model: "factories", seed: 20, warmup: 60, numChains: 2, numDraws: 4000 });
  },
);

test("what was written is opened again, and an earlier run's files are replaced", async () => {
  const first = await stream("again", { chains: 3, workers: 1 });
  const second = await stream("again", { seed: 21, workers: 1 });
  expect((await readdir(second.folder)).length).toBe(5);
  const opened = await openDraws(second.folder);
  expect(opened.manifest).toEqual(second.manifest);
  expect(await opened.draws("mu")).toEqual(await second.draws("mu"));
  await expectRejection(() => first.draws("mu"), { kind: "file" }, /chain-3\.npy/);
});

test.each([1, 2])("with %i workers a cancelled run leaves the draws that all chains have", async (workers) => {
  const controller = new AbortController();
  const { signal } = controller;
  const reported = new Set<string>();
  const onProgress = ({ task }: Progress) => {
    reported.add(task);
    if (reported.size === workers) controller.abort();
  };
  const draws = 200_000;
  const options = { ...brief, warmup: 10, draws, chains: workers, workers, signal, onProgress };
  const { manifest, folder } = await stream(`cancelled-${workers}`, options);
  expect(manifest.numDraws).toBeGreaterThanOrEqual(1_990);
  expect(manifest.numDraws).toBeLessThan(draws);
  expect(manifest.notices).toEqual([`The run was cancelled after ${manifest.numDraws} of ${draws} draws.`]);
  const fit = await infer(cookies, cookieData, { ...brief, warmup: 10, draws: 1_990, chains: workers, workers: 1 });
  const [mu] = await (await openDraws(folder)).draws("mu");
  expect(mu.length).toBe(manifest.numDraws);
  expect(mu.slice(0, 1_990)).toEqual(fit.draws("mu")[0]);
  const { size } = await stat(join(folder, "chain-1.npy"));
  expect((size - 128) % (8 * 5)).toBe(0);
  expect(size).toBeGreaterThanOrEqual(128 + 8 * 5 * manifest.numDraws);
});

test("a run that is cancelled in warm-up rejects, and its folder is not taken for a whole one", async () => {
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  const work = () => stream("warm", { workers: 1, signal: controller.signal, onProgress });
  await expectRejection(work, { kind: "cancelled" });
  await expectRejection(() => openDraws(join(root, "warm")), { kind: "file" }, /draws\.json/);
});

describe("is refused:", () => {
  test("a folder without draws.json", async () => {
    const field = join(root, "none", "draws.json");
    await expectRejection(() => openDraws(join(root, "none")), { kind: "file", field }, /inferToFolder writes/);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ["is no JSON", () => "{", /not JSON/],
    ["is of another kind", () => "null", /no list of draws/],
    ["is of a later version", (text) => text.replace('"version": 1', '"version": 2'), /expected version 1, got 2/],
    ["lacks its names", (text) => text.replace('"names"', '"labels"'), /names missing or wrong/],
    ["has a wrong count", (text) => text.replace('"numDraws": 40', '"numDraws": -4'), /numDraws missing or wrong/],
    // Positions and statistics are read at the same time: either may be the first that is found too short.
    ["counts draws that are not there", (text) => text.replace('"numDraws": 40', '"numDraws": 41'), /got 40 × [59]/],
  ])("a draws.json that %s", async (_, change, words) => {
    const { folder } = await stream("wrong", { workers: 1 });
    const path = join(folder, "draws.json");
    await writeFile(path, change(await readFile(path, "utf8")));
    await expectRejection(() => openDraws(folder), { kind: "file" }, words);
  });

  test("a folder with other files, which stay", async () => {
    await writeFile(join(root, "thesis.txt"), "mine");
    await expectRejection(() => stream("."), { kind: "file" }, /other files/);
    expect(await readFile(join(root, "thesis.txt"), "utf8")).toBe("mine");
  });

  test("an unknown name, another method, options out of range, and a model without a start", async () => {
    const streamed = await stream("names", { workers: 1 });
    await expectRejection(() => streamed.draws("nu"), { kind: "input", field: "nu" }, /names are mu, sigma/);
    await expectRejection(() => streamed.statistic("nu"), { kind: "input", field: "nu" }, /names are lp/);
    const smc = JSON.parse('{"method": "smc"}');
    await expectRejection(() => stream("smc", smc), { kind: "input", field: "method" });
    await expectRejection(() => stream("zero", { draws: 0 }), { kind: "input", field: "draws" });
    const hopeless = model("hopeless", ({ sample, factor }) => factor(sample("x", normal(0, 1)).square().neg().log()));
    const work = () => inferToFolder(hopeless, {}, { ...brief, workers: 2, folder: join(root, "hopeless") });
    await expectRejection(work, { kind: "numerical", field: "chain 1" });
  });
});
