/**
 * Simulation-based calibration of ten small models through `infer`: ranks of the truth among posterior draws, for each
 * parameter and the log-likelihood, by chi-square and by simultaneous bands of their distribution function.
 * `npm run --silent build && npx tsx bench/sbc.ts [--count 200] [--seed 1] [--models all] [--pictures out/sbc]`
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { simulationBasedCalibration } from "@poolish/checks";
import { priorReplicates } from "@poolish/inference";
import { calibrationPlot } from "@poolish/report";
import { sbcModels } from "./sbcModels.ts";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    models: { type: "string", default: "all" },
    pictures: { type: "string", default: "" },
  },
});
const chosen = sbcModels.filter(({ name }) => options.models === "all" || options.models.split(",").includes(name));
const settings = { chains: 1, warmup: 500, draws: 990, targetAcceptance: 0.9, workers: 1 };
console.log(`${options.count} data sets a model, 99 draws each (1 chain, 990 draws after 500, every tenth)`);
let numWrong = 0;
for (const { name, replicates } of chosen) {
  const start = performance.now();
  const { names, run } = replicates(priorReplicates, settings);
  const result = await simulationBasedCalibration({
    names,
    run: (rng) => run(rng),
    count: Number(options.count),
    seed: Number(options.seed),
  });
  const { quantities, isCalibrated, notices } = result;
  const smallest = (pick: (each: (typeof quantities)[number]) => number): string =>
    Math.min(...quantities.map(pick)).toFixed(4);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${name.padEnd(28)} ${String(quantities.length).padStart(2)} quantities  smallest p: chi-square ` +
      `${smallest(({ chiSquare }) => chiSquare.pValue)}, bands ${smallest(({ pValue }) => pValue)}  ` +
      `${isCalibrated ? "calibrated" : "NOT CALIBRATED"}  ${seconds} s`,
  );
  for (const notice of notices) console.log(`  ${notice}`);
  if (!isCalibrated) numWrong++;
  if (options.pictures === "") continue;
  await mkdir(options.pictures, { recursive: true });
  await writeFile(join(options.pictures, `${name}.svg`), calibrationPlot({ ...result, title: name }));
}
console.log(`${chosen.length - numWrong} of ${chosen.length} models calibrated`);
process.exitCode = numWrong === 0 ? 0 : 1;
