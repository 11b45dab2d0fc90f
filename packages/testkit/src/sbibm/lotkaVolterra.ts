import { standardNormal } from "@poolish/math";
import { factorisedPrior } from "./factorisedPrior.ts";
import { dataColumns } from "./numbered.ts";
import { rungeKutta4 } from "./rungeKutta4.ts";
import type { PriorRecord, SbibmTask } from "./sbibmTask.ts";

const NUM_TIMES = 10;
/** Time between observations, and steps of the solver in it: 0.1 / 20 each. */
const SPACING = 2.1;
const STEPS_A_SPACING = 420;
const STEP_SIZE = SPACING / STEPS_A_SPACING;
const FIRST_PREY = 30;
const FIRST_PREDATORS = 1;
/** Standard deviation of log x, and the bounds that sbibm clips populations to. */
const SD_LOG = 0.1;
const LOWEST = 1e-10;
const HIGHEST = 1e4;
const LOG_NORMALISER = -Math.log(SD_LOG * Math.sqrt(2 * Math.PI));

const NUM_PARAMETERS = 4;
/** Prey and predators, then their derivatives in α, β, γ, δ, two by two. */
const NUM_STATES = 2;
const NUM_WITH_SENSITIVITIES = NUM_STATES * (1 + NUM_PARAMETERS);

/** x' = αx - βxy, y' = -γy + δxy. */
function flow(state: Float64Array, theta: Float64Array, slope: Float64Array): void {
  const encounters = state[0] * state[1];
  slope[0] = theta[0] * state[0] - theta[1] * encounters;
  slope[1] = theta[3] * encounters - theta[2] * state[1];
}

function flowWithSensitivities(state: Float64Array, theta: Float64Array, slope: Float64Array): void {
  flow(state, theta, slope);
  const prey = state[0];
  const predators = state[1];
  const j11 = theta[0] - theta[1] * predators;
  const j12 = -theta[1] * prey;
  const j21 = theta[3] * predators;
  const j22 = theta[3] * prey - theta[2];
  for (let i = NUM_STATES; i < NUM_WITH_SENSITIVITIES; i += 2) {
    slope[i] = j11 * state[i] + j12 * state[i + 1];
    slope[i + 1] = j21 * state[i] + j22 * state[i + 1];
  }
  slope[2] += prey;
  slope[4] -= prey * predators;
  slope[7] -= predators;
  slope[9] += prey * predators;
}

function start(state: Float64Array): void {
  state.fill(0);
  state[0] = FIRST_PREY;
  state[1] = FIRST_PREDATORS;
}

/** sbibm's clip; keeps NaN. */
const clip = (population: number): number => Math.min(Math.max(population, LOWEST), HIGHEST);

const prior = (meanLog: number): PriorRecord => ({ kind: "logNormal", parameters: [meanLog, 0.5] });

/**
 * Lotka–Volterra: θ = (α, β, γ, δ) log-normal; 30 prey, 1 predator; the populations at t = 0, 2.1, …, 18.9 under
 * log-normal noise of 0.1, prey first. Solved by Runge–Kutta in steps of 0.005: for 99 % of the prior log u is right to
 * 3e-6, always to 1e-4 (research notes, against Tsit5 at 1e-8).
 */
export function lotkaVolterra(): SbibmTask {
  const plain = rungeKutta4(flow, NUM_STATES);
  const sensitive = rungeKutta4(flowWithSensitivities, NUM_WITH_SENSITIVITIES);
  const state = new Float64Array(NUM_STATES);
  const extended = new Float64Array(NUM_WITH_SENSITIVITIES);
  return {
    name: "lotka_volterra",
    ...factorisedPrior(["alpha", "beta", "gamma", "delta"], [prior(-0.125), prior(-3), prior(-0.125), prior(-3)]),
    columns: dataColumns(2 * NUM_TIMES, "continuous").map((column) => ({ ...column, bounds: { lower: 0 } })),
    isNormalised: true,
    simulate(rng, theta, x) {
      start(state);
      for (let t = 0; t < NUM_TIMES; t++) {
        if (t > 0) plain.advance(state, theta, STEP_SIZE, STEPS_A_SPACING);
        for (let s = 0; s < NUM_STATES; s++) {
          x[s * NUM_TIMES + t] = clip(state[s]) * Math.exp(SD_LOG * standardNormal(rng));
        }
      }
    },
    logLikelihood(theta, x, gradient) {
      start(extended);
      gradient.fill(0);
      let sum = 0;
      for (let t = 0; t < NUM_TIMES; t++) {
        if (t > 0) sensitive.advance(extended, theta, STEP_SIZE, STEPS_A_SPACING);
        for (let s = 0; s < NUM_STATES; s++) sum += addTerm(extended, s, x[s * NUM_TIMES + t], gradient);
      }
      return sum;
    },
  };
}

/** Log-normal log-density of one observed population; adds its derivatives. x ≤ 0 gives -Infinity. */
function addTerm(extended: Float64Array, species: number, x: number, gradient: Float64Array): number {
  if (x <= 0) return -Infinity;
  const population = extended[species];
  const logX = Math.log(x);
  const z = (logX - Math.log(clip(population))) / SD_LOG;
  if (population > LOWEST && population < HIGHEST) {
    const slope = z / (SD_LOG * population);
    for (let p = 0; p < NUM_PARAMETERS; p++) gradient[p] += slope * extended[NUM_STATES * (1 + p) + species];
  }
  return LOG_NORMALISER - logX - 0.5 * z * z;
}
