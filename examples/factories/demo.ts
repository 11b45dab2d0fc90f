/** The cookie factories from simulator to report: `npm run demo`. Options: --seed N, --workers N, --data FILE, --out FOLDER. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PoolishError } from "@poolish/core";
import { requireCounts } from "@poolish/estimators";
import { infer } from "@poolish/inference";
import { saveFit } from "@poolish/inference/node";
import { factorize, numericColumn } from "@poolish/io";
import { readTable, terminalProgress, withStagedFolder, writeFileAtomic } from "@poolish/io/node";
import { nle, train } from "@poolish/sbi";
import { saveEstimator, saveSimulations } from "@poolish/sbi/node";
import { COMPARISON_COLUMNS, comparisonRows, formatTable } from "./comparisonTable.ts";
import { cookieReport } from "./cookieReport.ts";
import { exactMoments, exactPosterior } from "./exactPosterior.ts";
import { type CookieData, factories, pooledFactories, separateFactories, simulateCookies } from "./factories.ts";
import { summaryJson } from "./summaryJson.ts";

const { values: flags } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    workers: { type: "string" },
    data: { type: "string", default: "examples/factories/data/cookie_chips_data.csv" },
    out: { type: "string", default: "out/factories" },
  },
});

async function readCookies(path: string): Promise<{ data: CookieData; locations: readonly string[] }> {
  const table = await readTable(path);
  const chips = numericColumn(table, "chips");
  // `infer` would refuse a bad row as well, but only after the training.
  requireCounts("chips", chips);
  const { codes, levels } = factorize(numericColumn(table, "location"));
  return { data: { chips, location: codes }, locations: levels };
}

async function run(): Promise<void> {
  const seed = Number(flags.seed);
  const workers = flags.workers === undefined ? {} : { workers: Number(flags.workers) };
  const onProgress = terminalProgress(process.stderr);
  const timings: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    timings[name] = (performance.now() - start) / 1000;
    return result;
  };
  const { data, locations } = await readCookies(flags.data);
  const simulations = await timed("simulate", () => simulateCookies({ seed, onProgress }));
  const chips = await timed("train", () => train(nle(), simulations, { seed, onProgress }));
  const options = { chains: 4, warmup: 1000, draws: 1000, seed, onProgress, ...workers };
  const fit = await timed("infer", () => infer(factories(chips, locations), data, options));
  const quick = { ...options, onProgress: () => undefined };
  const separate = await timed("infer, no pooling", () => infer(separateFactories(chips, locations), data, quick));
  const pooled = await timed("infer, complete pooling", () => infer(pooledFactories(chips), data, quick));

  const rows = comparisonRows(fit, exactMoments(exactPosterior(data, locations.length), locations));
  const summary = summaryJson(fit, chips);
  await withStagedFolder(flags.out, async (folder) => {
    await saveSimulations(join(folder, "simulations.parquet"), simulations);
    await saveEstimator(join(folder, "chips.safetensors"), chips);
    await saveFit(join(folder, "fit.nc"), fit);
    const { pooling, html } = await timed("report", async () =>
      cookieReport({
        chips,
        analyses: { hierarchical: fit, separate, pooled },
        data,
        locations,
        rows,
        seed,
        footer: `Poolish, examples/factories, seed ${seed}`,
      }),
    );
    await writeFileAtomic(join(folder, "pooling.svg"), pooling);
    await writeFileAtomic(join(folder, "report.html"), html);
    await writeFileAtomic(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
    await writeFileAtomic(join(folder, "timings.json"), `${JSON.stringify(timings, null, 2)}\n`);
  });

  console.log(`\n${formatTable(COMPARISON_COLUMNS, rows)}\n`);
  const { divergences, numGradients } = fit.diagnostics();
  console.log(
    `${divergences} divergence${divergences === 1 ? "" : "s"}; ${numGradients} gradients in ${timings.infer.toFixed(1)} s.`,
  );
  for (const notice of fit.notices()) console.log(notice);
  console.log(`Wrote ${flags.out}: open report.html.`);
}

run().catch((error: unknown) => {
  console.error(error instanceof PoolishError ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
});
