import { expect, test } from "vitest";
import type { PosteriorDetails } from "../../src/nuts/posterior.ts";
import type { SummaryRow } from "../../src/nuts/summary.ts";
import { summaryTable } from "../../src/nuts/summaryTable.ts";

const row: SummaryRow = {
  name: "mu",
  mean: 8.4561,
  sd: 0.8594,
  mcse: 0.0123,
  q5: 7.1,
  q95: 9.9,
  essBulk: 4321.4,
  essTail: 2100,
  rHat: 1.0004,
};
const lp = { dims: ["chain", "draw"], shape: [4, 1000], values: new Float64Array(4000) };
const calm: PosteriorDetails = {
  names: ["mu"],
  seed: 3,
  diagnostics: { divergences: 0, maxTreeDepthHits: 0, eBfmi: [1, 0.9], outsideTrainingBox: 0 },
  inferenceData: { posterior: {}, sample_stats: { lp }, coords: {}, attrs: {} },
};

test("columns are aligned, small numbers keep three digits of their sd", () => {
  const small = { ...row, name: "rate[1]", mean: 0.00012345, sd: 0.0000234, mcse: 0.000001, q5: 0, q95: -0.0002 };
  expect(summaryTable([row, small], calm).split("\n")).toEqual([
    "              mean         sd       mcse        5 %        95 %  bulk ESS  tail ESS  R-hat",
    "mu           8.456      0.859      0.012      7.100       9.900      4321      2100  1.000",
    "rate[1]  0.0001234  0.0000234  0.0000010  0.0000000  -0.0002000      4321      2100  1.000",
    "4 chains of 1000 draws, 0 divergences, seed 3",
  ]);
});

test("each reason for doubt has its warning", () => {
  const diagnostics = { divergences: 1, maxTreeDepthHits: 2, eBfmi: [0.2, 1], outsideTrainingBox: 0.01234 };
  const lines = summaryTable([{ ...row, rHat: 1.02 }], { ...calm, diagnostics }).split("\n");
  expect(lines[2]).toBe("4 chains of 1000 draws, 1 divergence, seed 3");
  expect(lines.slice(3)).toEqual([
    "Warning: R-hat above 1.01: mu. Take more samples, or reparametrise.",
    "Warning: 1 divergence: raise targetAcceptance (0.95), or reparametrise.",
    "Warning: 2 trajectories cut off: raise maxTreeDepth.",
    "Warning: E-BFMI below 0.3: reparametrise.",
    "Warning: 1.2 % of draws left the box that a likelihood was trained in: train on a wider prior.",
  ]);
});
