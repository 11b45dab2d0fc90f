/** A truncated mixture, from (simulated) data to picture: node --import tsx examples/truncatedMixture/demo.ts */
import { type Rng, rngFromSeed } from "@poolish/core";
import { type Fit, infer, posteriorPredictive } from "@poolish/inference";
import { quantileOfSorted } from "@poolish/mcmc";
import { mixture, poisson } from "@poolish/ppl";
import { predictiveCountsPlot } from "@poolish/report";
import { reportExample, runExample } from "../support/example.ts";
import { truncatedMixture } from "./truncatedMixture.ts";

/** 70 % of stays are short (1.5 days on average), the others long (9 days): what the fit should find. */
const truth = mixture([0.7, 0.3], [poisson(1.5), poisson(9)]);

/** The register: stays in the order of arrival, without those that end on the first day. */
function simulateRegister(rng: Rng, size: number): Float64Array {
  const days = new Float64Array(size);
  for (let i = 0; i < size; ) {
    days[i] = truth.sample(rng);
    if (days[i] > 0) i++;
  }
  return days;
}

/** How many of the stays had each length: observed, and in registers drawn from the fit. */
function countPlot(fit: Fit, days: Float64Array): string {
  const { count, values } = posteriorPredictive(fit, { site: "days", count: 400, seed: 2 });
  const counts = Array.from({ length: Math.max(...days) + 1 }, (_, k) => k);
  const tally = (register: Float64Array, k: number) => register.filter((each) => each === k).length;
  const predicted = counts.map((k) => {
    const tallies = Float64Array.from({ length: count }, (_, i) =>
      tally(values.subarray(i * days.length, (i + 1) * days.length), k),
    ).sort();
    const mean = tallies.reduce((sum, each) => sum + each, 0) / count;
    return { mean, lower: quantileOfSorted(tallies, 0.05), upper: quantileOfSorted(tallies, 0.95) };
  });
  return predictiveCountsPlot({
    groups: [{ label: "register", counts, observed: counts.map((k) => tally(days, k)), predicted }],
    xLabel: "days in hospital",
    yLabel: "stays",
    title: "Two kinds of stay, of which the shortest are in no register",
    intervalLabel: "90 % posterior predictive intervals",
  });
}

runExample("truncatedMixture", async (folder, onProgress) => {
  const days = simulateRegister(rngFromSeed(1), 300);
  const fit = await infer(truncatedMixture, { days }, { seed: 1, onProgress });
  await reportExample(folder, fit, { register: countPlot(fit, days) });
  console.log(
    `True shares 0.7 and 0.3, means 1.5 and 9; ${Math.exp(truth.logProb(0)).toFixed(3)} of the stays unrecorded.`,
  );
});
