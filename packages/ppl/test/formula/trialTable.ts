import { interval, type Likelihood, type ParameterSpec, positive, real, rngFromSeed } from "@poolish/core";
import { recordingLikelihood } from "../support/recordingLikelihood.ts";

const SPECS: Readonly<Record<string, ParameterSpec>> = {
  v: { name: "v", support: real, box: [-3, 3] },
  a: { name: "a", support: positive, box: [0.2, 2.5] },
  t: { name: "t", support: interval(0, 1), box: [0, 1] },
};

/** A likelihood of x whose mean is a weighted sum of the named parameters: v is real, a positive, t between 0 and 1. */
export function likelihoodOf(...names: readonly string[]): Likelihood {
  return { ...recordingLikelihood(names).likelihood, parameters: names.map((name) => SPECS[name]) };
}

/** Trials of 6 subjects and 4 items in unequal numbers, with a numeric and a categorical predictor. */
export function trialTable(numTrials = 90) {
  const rng = rngFromSeed(20);
  const index = Array.from({ length: numTrials }, (_, i) => i);
  return {
    x: index.map(() => 4 * rng.uniform() - 2),
    conf: index.map((i) => (i % 5) - 2),
    cond: index.map((i) => ["easy", "hard", "mixed"][Math.floor(i / 3) % 3]),
    // Squares spread the trials unevenly over subjects.
    subject: index.map((i) => `s${Math.floor(Math.sqrt(i / numTrials) * 6) + 1}`),
    item: index.map((i) => (7 * i + Math.floor(i / 5)) % 4),
  };
}
