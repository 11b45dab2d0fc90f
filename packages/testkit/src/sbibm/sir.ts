import { type ColumnSpec, PoolishError, type Rng } from "@poolish/core";
import { binomialVariate, logBeta } from "@poolish/math";
import { factorisedPrior } from "./factorisedPrior.ts";
import { rungeKutta4 } from "./rungeKutta4.ts";
import type { SbibmTask } from "./sbibmTask.ts";

const POPULATION = 1e6;
const NUM_TESTED = 1000;
const NUM_TIMES = 10;
/** Days between observations; the first is on day 0. */
const SPACING = 17;
const STEPS_A_DAY = 10;

/** S and I (S + I + R = N), then their derivatives in β and in γ. */
const NUM_STATES = 2;
const NUM_WITH_SENSITIVITIES = 6;

/** dS = -βSI/N, dI = βSI/N - γI, without and with the forward sensitivities. */
function flow(state: Float64Array, theta: Float64Array, slope: Float64Array): void {
  const infections = (theta[0] * state[0] * state[1]) / POPULATION;
  slope[0] = -infections;
  slope[1] = infections - theta[1] * state[1];
}

function flowWithSensitivities(state: Float64Array, theta: Float64Array, slope: Float64Array): void {
  flow(state, theta, slope);
  const encounters = (state[0] * state[1]) / POPULATION;
  const inS = (theta[0] * state[1]) / POPULATION;
  const inI = (theta[0] * state[0]) / POPULATION;
  const fromBeta = encounters + inS * state[2] + inI * state[3];
  slope[2] = -fromBeta;
  slope[3] = fromBeta - theta[1] * state[3];
  const fromGamma = inS * state[4] + inI * state[5];
  slope[4] = -fromGamma;
  slope[5] = fromGamma - theta[1] * state[5] - state[1];
}

function start(state: Float64Array): void {
  state.fill(0);
  state[0] = POPULATION - 1;
  state[1] = 1;
}

const clip = (value: number): number => Math.min(Math.max(value, 0), 1);

/** Binomial log mass at `count`; p of 0 and 1 included. */
function logBinomial(count: number, probability: number): number {
  const logChoose = -Math.log1p(NUM_TESTED) - logBeta(NUM_TESTED - count + 1, count + 1);
  const successes = count === 0 ? 0 : count * Math.log(probability);
  const failures = count === NUM_TESTED ? 0 : (NUM_TESTED - count) * Math.log1p(-probability);
  return logChoose + successes + failures;
}

const columns: ColumnSpec[] = Array.from({ length: NUM_TIMES }, (_, i) => ({
  name: `data_${i + 1}`,
  kind: "count",
  bounds: { lower: 0, upper: NUM_TESTED },
}));

/**
 * SIR: β ~ LogNormal(log 0.4, 0.5), γ ~ LogNormal(log 0.125, 0.2); of a million people one is infected on day 0;
 * x_i ~ Binomial(1000, I / N) on days 0, 17, …, 153. Solved by Runge–Kutta in steps of a tenth of a day.
 */
export function sir(): SbibmTask {
  const plain = rungeKutta4(flow, NUM_STATES);
  const sensitive = rungeKutta4(flowWithSensitivities, NUM_WITH_SENSITIVITIES);
  const state = new Float64Array(NUM_STATES);
  const extended = new Float64Array(NUM_WITH_SENSITIVITIES);
  return {
    name: "sir",
    ...factorisedPrior(
      ["beta", "gamma"],
      [
        { kind: "logNormal", parameters: [Math.log(0.4), 0.5] },
        { kind: "logNormal", parameters: [Math.log(0.125), 0.2] },
      ],
    ),
    columns,
    isNormalised: true,
    simulate(rng: Rng, theta, x) {
      start(state);
      for (let i = 0; i < NUM_TIMES; i++) {
        if (i > 0) plain.advance(state, theta, 1 / STEPS_A_DAY, SPACING * STEPS_A_DAY);
        x[i] = binomialVariate(rng, NUM_TESTED, clip(state[1] / POPULATION));
      }
    },
    logLikelihood(theta, x, gradient) {
      requireTested(x);
      start(extended);
      gradient.fill(0);
      let sum = 0;
      for (let i = 0; i < NUM_TIMES; i++) {
        if (i > 0) sensitive.advance(extended, theta, 1 / STEPS_A_DAY, SPACING * STEPS_A_DAY);
        const share = extended[1] / POPULATION;
        sum += logBinomial(x[i], clip(share));
        if (!(share > 0 && share < 1)) continue;
        const slope = (x[i] - NUM_TESTED * share) / (share * (1 - share)) / POPULATION;
        gradient[0] += slope * extended[3];
        gradient[1] += slope * extended[5];
      }
      return sum;
    },
  };
}

function requireTested(x: Float64Array): void {
  const row = x.findIndex((count) => !(Number.isInteger(count) && count >= 0 && count <= NUM_TESTED));
  if (row < 0) return;
  throw new PoolishError(`${x[row]} is not a count of ${NUM_TESTED} tests`, {
    kind: "input",
    field: columns[row].name,
    remedy: "Pass the numbers of positive tests.",
  });
}
