/** Two bakeries and their mastermind, from simulators to picture: node --import tsx examples/bakeries/demo.ts */
import { join } from "node:path";
import { type Fit, infer } from "@poolish/inference";
import { writeFileAtomic } from "@poolish/io/node";
import { type PoolingGroup, poolingPlot } from "@poolish/report";
import { formatTable } from "../factories/comparisonTable.ts";
import { intervalOf, runExample } from "../support/example.ts";
import { alternative, type Pooling, southernBakery } from "./alternatives.ts";
import { bakeries } from "./bakeries.ts";
import { type BakeryData, bakeCookies, truths } from "./bakeryData.ts";
import { learnBakeries } from "./simulators.ts";

const COLUMNS = ["", "truth", "exact mean", "exact sd", "learned mean", "learned sd", "error / sd"];

/** One row a parameter: what the data were made from, the exact posterior, and the learned one. */
function comparison(exact: Fit, learned: Fit, truth: ReadonlyMap<string, number>): string[][] {
  const answers = learned.summary();
  return exact.summary().map(({ name, mean, sd }) => {
    const answer = answers.find((row) => row.name === name);
    if (answer === undefined) throw new Error(`no learned answer for ${name}`);
    const numbers = [mean, sd, answer.mean, answer.sd, (answer.mean - mean) / sd];
    return [name, truth.get(name)?.toFixed(3) ?? "", ...numbers.map((value) => value.toFixed(3))];
  });
}

/** Posterior sds of what the south is asked for: recipes alone, with a mastermind of their own, and with the north's. */
function gains(separate: Fit, southern: Fit, hierarchical: Fit): string[][] {
  const sdOf = (fit: Fit, name: string) =>
    fit
      .summary()
      .find((row) => row.name === name)
      ?.sd.toFixed(2) ?? "";
  const names = southern.summary().map(({ name }) => name);
  return names.map((name) => [name, ...[separate, southern, hierarchical].map((fit) => sdOf(fit, name))]);
}

/** The recipes of both bakeries, each alone and in the hierarchy. */
function recipesOf({ north, south }: BakeryData, separate: Fit, hierarchical: Fit): PoolingGroup[] {
  return Object.entries({ north, south }).flatMap(([bakery, { recipes, recipe }]) =>
    recipes.map((name, code) => ({
      label: `${name} (${bakery})`,
      count: recipe.filter((each) => each === code).length,
      alone: intervalOf(separate, `${bakery}[${name}]`),
      hierarchical: intervalOf(hierarchical, `${bakery}[${name}]`),
    })),
  );
}

runExample("bakeries", async (folder, onProgress) => {
  const data = bakeCookies(1);
  const truth = truths();
  const likelihoods = await learnBakeries(1, onProgress);
  // One thread: chains this short cost less than threads take to start.
  const options = { seed: 1, warmup: 400, draws: 500, targetAcceptance: 0.9, workers: 1, onProgress };
  const answer = async (pooling: Pooling) => {
    const model = pooling === "hierarchical" ? bakeries(likelihoods) : alternative(pooling, likelihoods);
    const learned = await infer(model, data, options);
    const exact = await infer(alternative(pooling), data, options);
    console.log(`\n${formatTable([pooling, ...COLUMNS.slice(1)], comparison(exact, learned, truth))}`);
    for (const notice of learned.notices()) console.log(notice);
    return learned;
  };
  const pooled = await answer("pooled");
  const separate = await answer("separate");
  const hierarchical = await answer("hierarchical");
  const southern = await infer(southernBakery(likelihoods), data, options);
  const columns = ["posterior sd", "each alone", "south only", "both bakeries"];
  console.log(`\n${formatTable(columns, gains(separate, southern, hierarchical))}\n`);

  const picture = poolingPlot({
    groups: recipesOf(data, separate, hierarchical),
    pooled: intervalOf(pooled, "chocolate"),
    grandMean: intervalOf(hierarchical, "typical").mean,
    xLabel: "grams of chocolate in a cookie",
    title: "What one bakery counts tells what the other has weighed",
    subtitle: "The north counts chips of many cookies, the south weighs few; the recipes of both have one mastermind",
    intervalLabel: "90 % posterior intervals",
  });
  await writeFileAtomic(join(folder, "recipes.svg"), picture);
});
