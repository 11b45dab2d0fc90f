/** Eight schools, from data to picture: node --import tsx examples/eightSchools/demo.ts */
import { infer } from "@poolish/inference";
import { numericColumn } from "@poolish/io";
import { readTable } from "@poolish/io/node";
import { poolingPlot } from "@poolish/report";
import { intervalOf, normalInterval, reportExample, runExample, textColumn } from "../support/example.ts";
import { eightSchools } from "./eightSchools.ts";

runExample("eightSchools", async (folder, onProgress) => {
  const table = await readTable("examples/eightSchools/data/schools.csv");
  const school = textColumn(table, "school");
  const [effect, standardError] = [numericColumn(table, "effect"), numericColumn(table, "standard_error")];
  const fit = await infer(
    eightSchools,
    { school, effect, standardError },
    { seed: 1, targetAcceptance: 0.95, onProgress },
  );

  const weights = standardError.map((se) => 1 / se ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const common = effect.reduce((sum, each, i) => sum + each * weights[i], 0) / total;
  const picture = poolingPlot({
    groups: school.map((name, i) => ({
      label: `school ${name}`,
      count: 1,
      alone: normalInterval(effect[i], standardError[i]),
      hierarchical: intervalOf(fit, `theta[${name}]`),
    })),
    pooled: normalInterval(common, 1 / Math.sqrt(total)),
    grandMean: intervalOf(fit, "mu").mean,
    xLabel: "effect of coaching on the SAT score (points)",
    title: "Eight schools borrow strength from each other",
    intervalLabel: "90 % intervals",
  });
  await reportExample(folder, fit, { pooling: picture });
});
