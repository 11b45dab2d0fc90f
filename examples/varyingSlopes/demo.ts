/** Varying slopes, from data to picture: node --import tsx examples/varyingSlopes/demo.ts */
import { type Fit, infer } from "@poolish/inference";
import { factorize, numericColumn } from "@poolish/io";
import { readTable } from "@poolish/io/node";
import { type PoolingGroup, poolingPlot } from "@poolish/report";
import { intervalOf, normalInterval, reportExample, runExample, textColumn } from "../support/example.ts";
import { type RadonData, varyingSlopes } from "./varyingSlopes.ts";

/** Counties with fewer houses on either floor have no step of their own worth a line in the picture. */
const FEWEST_HOUSES = 3;

/** Mean first floor minus mean basement, over the houses that `isIn` chooses, with the houses' standard deviation. */
function stepAlone({ logRadon, floor }: RadonData, isIn: (house: number) => boolean, sigma: number) {
  const houses = Array.from(logRadon, (_, house) => house).filter(isIn);
  const [basement, first] = [0, 1].map((level) => houses.filter((house) => floor[house] === level));
  const mean = (of: readonly number[]) => of.reduce((sum, house) => sum + logRadon[house], 0) / of.length;
  return {
    count: Math.min(basement.length, first.length),
    estimate: normalInterval(mean(first) - mean(basement), sigma * Math.sqrt(1 / basement.length + 1 / first.length)),
  };
}

function stepsOf(fit: Fit, data: RadonData, sigma: number): PoolingGroup[] {
  return data.counties.flatMap((label, code) => {
    const { count, estimate } = stepAlone(data, (house) => data.county[house] === code, sigma);
    if (count < FEWEST_HOUSES) return [];
    return [{ label, count, alone: estimate, hierarchical: intervalOf(fit, `line[${label},2]`) }];
  });
}

runExample("varyingSlopes", async (folder, onProgress) => {
  const table = await readTable("examples/varyingSlopes/data/radon.csv");
  const { codes: county, levels: counties } = factorize(textColumn(table, "county"));
  const data = { logRadon: numericColumn(table, "log_radon"), floor: numericColumn(table, "floor"), county, counties };
  const fit = await infer(varyingSlopes, data, { seed: 1, onProgress });

  const sigma = intervalOf(fit, "sigma").mean;
  const picture = poolingPlot({
    groups: stepsOf(fit, data, sigma),
    pooled: stepAlone(data, () => true, sigma).estimate,
    grandMean: intervalOf(fit, "mean[step]").mean,
    xLabel: "log radon on the first floor, minus that in the basement",
    title: "Counties with few houses take their step from the others",
    subtitle: `Counties with ${FEWEST_HOUSES} houses or more on each floor; the number is that of the rarer floor`,
    intervalLabel: "90 % intervals",
  });
  await reportExample(folder, fit, { steps: picture }, (name) => !name.startsWith("line["));
});
