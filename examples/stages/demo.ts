/** Last month, then this month: node --import tsx examples/stages/demo.ts */
import { join } from "node:path";
import { type Fit, infer } from "@poolish/inference";
import { writeFileAtomic } from "@poolish/io/node";
import { poolingPlot } from "@poolish/report";
import { formatTable } from "../factories/comparisonTable.ts";
import { intervalOf, runExample } from "../support/example.ts";
import { BAKERIES, bakeMonths, both, CARRIED, carryOver, fromTheBeginning, nextMonth } from "./bakeryMonths.ts";
import { compareFits } from "./compareFits.ts";
import { allLoaves, bakeLoaves, learnLoaves, summarise, thisMonth } from "./loafMonths.ts";

function report(title: string, staged: Fit, atOnce: Fit): void {
  const { rows, worstCorrelation } = compareFits(staged, atOnce);
  const columns = [title, "mean, at once", "sd, at once", "error of two stages / sd", "sd ratio"];
  const numbers = rows.map(({ name, mean, sd, error, sdRatio }) => {
    return [name, ...[mean, sd, error, sdRatio].map((value) => value.toFixed(3))];
  });
  console.log(`\n${formatTable(columns, numbers)}`);
  console.log(`Correlations differ by ${worstCorrelation.toFixed(3)} at most.`);
  for (const notice of staged.notices()) console.log(notice);
}

runExample("stages", async (folder, onProgress) => {
  const options = { seed: 1, warmup: 500, draws: 1500, targetAcceptance: 0.9, workers: 1, onProgress };

  const months = bakeMonths(1);
  const last = await infer(fromTheBeginning, months[0], options);
  const density = await carryOver(last.draws(CARRIED), 1);
  const staged = await infer(nextMonth(density), months[1], options);
  const atOnce = await infer(fromTheBeginning, both(months), options);
  report("bakeries", staged, atOnce);

  const posterior = await learnLoaves(1, onProgress);
  const [lastMonth, weights] = bakeLoaves(5);
  const loaves = await infer(thisMonth(posterior), { lastMonth: summarise(lastMonth), weights }, options);
  report("loaves", loaves, await infer(allLoaves, { weights: [...lastMonth, ...weights] }, options));

  const picture = poolingPlot({
    groups: BAKERIES.map((name) => ({
      label: name,
      count: 8,
      alone: intervalOf(last, `rate[${name}]`),
      hierarchical: intervalOf(staged, `rate[${name}]`),
    })),
    pooled: intervalOf(atOnce, "mu"),
    grandMean: intervalOf(staged, "mu").mean,
    xLabel: "chips in a cookie",
    title: "What last month taught, and what this month adds",
    labels: {
      alone: "last month",
      hierarchical: "both, in stages",
      pooled: "mean of bakeries, both at once",
      grandMean: "in stages",
    },
    intervalLabel: "90 % posterior intervals",
  });
  await writeFileAtomic(join(folder, "stages.svg"), picture);
});
