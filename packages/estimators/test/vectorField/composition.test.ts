import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { numDensityWeights } from "../../src/density/densitySpec.ts";
import { writeFlatWeights } from "../../src/network/weightMemory.ts";
import { composeDenoiser } from "../../src/vectorField/composition/composeDenoiser.ts";
import { fitTrials } from "../../src/vectorField/composition/fitTrials.ts";
import { clampEigenvalues, invertPositiveDefinite } from "../../src/vectorField/composition/matrices.ts";
import { createField, type Field } from "../../src/vectorField/field.ts";
import type { VectorFieldSpec } from "../../src/vectorField/vectorFieldSpec.ts";
import { continuousColumns } from "../support/continuousDensity.ts";

const spec: VectorFieldSpec = {
  kind: "vector-field",
  columns: continuousColumns(2),
  numFeatures: 2,
  numConditions: 0,
  path: "flow-matching",
  rowHidden: [],
  numSummaries: 0,
  hidden: [8],
  activation: "silu",
  numSteps: 4,
  gridError: 0,
};

/** θ ~ N(1, I), x ~ N(θ, s² I): the posterior of one trial is N(1 + k(x − 1), k s²), k = 1/(1 + s²), known to the baseline. */
const NOISE = 0.6;
const SHARE = 1 / (1 + NOISE ** 2);
const DEVIATION = Math.sqrt(SHARE) * NOISE;
const PRIOR = { mean: [1, 1], covariance: [1, 0, 0, 1] };

function exactField(): Field {
  const field = createField(spec, 1024, 1024);
  const weights = new Float32Array(numDensityWeights(spec));
  weights.set([SHARE, 0, 0, SHARE, 1 - SHARE, 1 - SHARE, DEVIATION, 0, 0, DEVIATION]);
  writeFlatWeights(field.memory, weights);
  field.refresh();
  return field;
}

const trialsOfX = Float64Array.of(0.3, 2.1, 1.4, -0.2, 0.9, 0.5);
const N = 3;

/** Mean and precision of θ given all trials, in v = θ / DEVIATION. */
function exactPosterior(d: number): { mean: number; precision: number } {
  const precision = 1 + N / NOISE ** 2;
  let sum = 1;
  for (let j = 0; j < N; j++) sum += trialsOfX[2 * j + d] / NOISE ** 2;
  return { mean: sum / precision / DEVIATION, precision: precision * DEVIATION ** 2 };
}

test.each([
  ["gauss", 0.05],
  ["jacobian", 1e-3],
] as const)("%s: what is expected behind a noisy point is exact for Gaussian posteriors", (form, allowed) => {
  const field = exactField();
  const rows = { features: trialsOfX, numRows: N };
  const trials = fitTrials(rngFromSeed(1), field, PRIOR, rows, form === "gauss");
  const v = Float64Array.of(1, -0.4, 3, 2.2);
  const data = new Float64Array(4);
  const denoise = composeDenoiser(field, trials, 2, form);
  for (const noise of [0.05, 0.7, 5]) {
    denoise(v, noise, data);
    for (let i = 0; i < 4; i++) {
      const { mean, precision } = exactPosterior(i % 2);
      const expected = (precision * mean + v[i] / noise ** 2) / (precision + 1 / noise ** 2);
      // Of draws, covariances are known to √(2/1024).
      expect(Math.abs(data[i] - expected)).toBeLessThan(allowed * (1 + Math.abs(expected)));
    }
  }
});

test("the covariance of a trial is centred", () => {
  const trials = fitTrials(rngFromSeed(1), exactField(), PRIOR, { features: trialsOfX, numRows: N }, true);
  for (const precision of trials.precisions) {
    // z is standard normal wherever the trial stands: five standard errors of 1,024 draws.
    expect(Math.abs(precision[0] - 1)).toBeLessThan(5 * Math.sqrt(2 / 1024));
    expect(Math.abs(precision[1])).toBeLessThan(5 / Math.sqrt(1024));
  }
});

test("matrices", () => {
  const matrix = Float64Array.of(2, 0.5, 0.5, 1);
  const inverse = invertPositiveDefinite(matrix, 2) ?? new Float64Array(4);
  expect(inverse[0]).toBeCloseTo(1 / 1.75, 12);
  expect(inverse[1]).toBeCloseTo(-0.5 / 1.75, 12);
  expect(invertPositiveDefinite(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  const clamped = clampEigenvalues(Float64Array.of(1, 2, 2, 1), 2, 0.5, 2);
  // Eigenvalues −1 and 3 along (1, −1) and (1, 1).
  expect(clamped[0]).toBeCloseTo(1.25, 12);
  expect(clamped[1]).toBeCloseTo(0.75, 12);
});
