/** Ten subjects, one network, one formula: node --import tsx examples/diffusion/demo.ts */
import { join } from "node:path";
import { type Fit, infer } from "@poolish/inference";
import { describe } from "@poolish/ppl";
import { poolingPlot } from "@poolish/report";
import { intervalOf, reportExample, runExample } from "../support/example.ts";
import { angleNetwork, driftModel, type Experiment, runExperiment } from "./diffusion.ts";
import { coverageOf, truths } from "./truths.ts";

/** Drift rates of all subjects, with the true ones beside: the interval that is "alone" is drawn around the truth. */
function driftPicture(fit: Fit, { subjects, population }: Experiment): string {
  return poolingPlot({
    groups: [...subjects].map(([name, { v }]) => ({
      label: name,
      count: 200,
      alone: { mean: v, lower: v, upper: v },
      hierarchical: intervalOf(fit, `v[${name}]`),
    })),
    pooled: { mean: population.v, lower: population.v, upper: population.v },
    grandMean: intervalOf(fit, "v_Intercept").mean,
    xLabel: "drift rate",
    title: "Drift rates through a likelihood network",
    labels: { alone: "truth", hierarchical: "estimate", pooled: "true population mean", grandMean: "its estimate" },
    intervalLabel: "90 % posterior intervals",
  });
}

runExample("diffusion", async (folder, onProgress) => {
  const experiment = runExperiment(1);
  const network = angleNetwork();
  const { layers, networkMass, producer } = network.report;
  const range = [networkMass?.smallest, networkMass?.largest].map((value) => value?.toFixed(3)).join(" to ");
  console.log(`Network of ${producer}: ${layers.join(", ")}; it integrates to ${range} over its box.`);
  const model = driftModel(network, experiment.trials);
  console.log(`\n${describe(model)}`);
  const fit = await infer(model, experiment.trials, { seed: 1, warmup: 250, draws: 400, chains: 2, onProgress });
  const pictures = { drift: driftPicture(fit, experiment) };
  await reportExample(folder, fit, pictures, (name) => truths(experiment).has(name));
  const { inside, total } = coverageOf(fit, truths(experiment));
  console.log(
    `${inside} of ${total} true values lie within their 90 % intervals; pictures in ${join("out", "diffusion")}.`,
  );
});
