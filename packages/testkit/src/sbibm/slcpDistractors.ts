import type { Rng } from "@poolish/core";
import { standardExponential, standardNormal } from "@poolish/math";
import { dataColumns } from "./numbered.ts";
import { type NumpyRandom, numpyRandom } from "./numpyRandom.ts";
import type { SbibmTask } from "./sbibmTask.ts";
import { logSlcp, NUM_SLCP_COLUMNS, simulateSlcp, slcpPrior } from "./slcp.ts";

const NUM_COMPONENTS = 20;
const NUM_NOISE = 92;
const NUM_COLUMNS = NUM_SLCP_COLUMNS + NUM_NOISE;
/** The seed of sbibm's fixed noise. */
const SEED = 42;

/** One multivariate Student-t with 2 degrees of freedom. */
interface Component {
  readonly location: Float64Array;
  /** Lower triangular, row-major, 92 × 92. */
  readonly scale: Float64Array;
}

/** The noise that sbibm draws once and keeps. */
export interface DistractorDesign {
  readonly components: readonly Component[];
  /** Column c of x is number `permutation[c]` of (data, noise). */
  readonly permutation: Int32Array;
}

function drawScale(random: NumpyRandom): Float64Array {
  const scale = new Float64Array(NUM_NOISE * NUM_NOISE);
  for (let i = 0; i < NUM_NOISE; i++) {
    for (let j = 0; j < NUM_NOISE; j++) {
      const value = random.normal();
      if (j <= i) scale[i * NUM_NOISE + j] = 3 * value;
    }
  }
  for (let i = 0; i < NUM_NOISE; i++) scale[i * NUM_NOISE + i] += 3 * Math.exp(random.normal());
  return scale;
}

/** Replays sbibm's construction from its NumPy seed. */
export function distractorDesign(): DistractorDesign {
  const random = numpyRandom(SEED);
  const locations = Array.from({ length: NUM_COMPONENTS }, () =>
    Float64Array.from({ length: NUM_NOISE }, () => 15 * random.normal()),
  );
  const components = locations.map((location) => ({ location, scale: drawScale(random) }));
  return { components, permutation: random.permutation(NUM_COLUMNS) };
}

function drawNoise(rng: Rng, components: readonly Component[], z: Float64Array, out: Float64Array): void {
  const { location, scale } = components[Math.floor(rng.uniform() * NUM_COMPONENTS)];
  for (let j = 0; j < NUM_NOISE; j++) z[j] = standardNormal(rng);
  // Half a chi-squared variate with 2 degrees of freedom is a standard exponential one.
  const stretch = 1 / Math.sqrt(standardExponential(rng));
  for (let i = 0; i < NUM_NOISE; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += scale[i * NUM_NOISE + j] * z[j];
    out[NUM_SLCP_COLUMNS + i] = location[i] + stretch * sum;
  }
}

/**
 * SLCP hidden among 92 columns of heavy-tailed noise (a mixture of 20 Student-t's), all 100 permuted. The noise does not
 * depend on θ: the likelihood is SLCP's, its density left out, and the posterior is SLCP's.
 */
export function slcpDistractors(): SbibmTask {
  const { components, permutation } = distractorDesign();
  const ordered = new Float64Array(NUM_COLUMNS);
  const z = new Float64Array(NUM_NOISE);
  const data = new Float64Array(NUM_SLCP_COLUMNS);
  return {
    name: "slcp_distractors",
    ...slcpPrior,
    columns: dataColumns(NUM_COLUMNS, "continuous"),
    isNormalised: false,
    simulate(rng, theta, x) {
      simulateSlcp(rng, theta, ordered);
      drawNoise(rng, components, z, ordered);
      for (let c = 0; c < NUM_COLUMNS; c++) x[c] = ordered[permutation[c]];
    },
    logLikelihood(theta, x, gradient) {
      for (let c = 0; c < NUM_COLUMNS; c++) {
        if (permutation[c] < NUM_SLCP_COLUMNS) data[permutation[c]] = x[c];
      }
      return logSlcp(theta, data, gradient);
    },
  };
}
