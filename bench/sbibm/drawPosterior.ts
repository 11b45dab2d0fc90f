import type { Rng, TemperedDensity } from "@poolish/core";
import { sampleChain, smc } from "@poolish/mcmc";

/** Tasks whose posteriors have several modes, true or learned ones, which only tempering finds. */
const SEVERAL_MODES: ReadonlySet<string> = new Set([
  ...["two_moons", "slcp", "slcp_distractors", "gaussian_mixture", "lotka_volterra"],
]);
const CHAINS = 4;
const WARMUP = 1000;
/** Iterations for each draw that is kept, so that draws are nearly independent. */
const THINNING = 2;
/** Prior draws from which a chain takes the likeliest for its start. */
const STARTS = 500;

export function samplerFor(task: string): "smc" | "nuts" {
  return SEVERAL_MODES.has(task) ? "smc" : "nuts";
}

/** `count` draws on the unconstrained scale, row-major: by SMC where the task has several modes, else by NUTS. */
export function drawPosterior(task: string, posterior: TemperedDensity, rng: Rng, count: number): Float64Array {
  if (samplerFor(task) === "nuts") return drawByNuts(posterior, rng, count);
  const draws = smc(posterior, rng, { particles: count });
  if (draws.kind !== "complete") throw new Error(`${task}: ${draws.kind}`);
  return draws.positions;
}

function drawByNuts(posterior: TemperedDensity, rng: Rng, count: number): Float64Array {
  const { dim } = posterior;
  const positions = new Float64Array(count * dim);
  const perChain = Math.ceil(count / CHAINS);
  for (let chain = 0; chain < CHAINS; chain++) {
    let drawn = 0;
    const draw = (position: Float64Array): void => {
      const at = chain * perChain + Math.floor(drawn / THINNING);
      if (drawn % THINNING === 0 && at < count) positions.set(position, at * dim);
      drawn++;
    };
    const initialPosition = bestOfPrior(posterior, rng.foldIn(CHAINS + chain));
    const options = { warmup: WARMUP, draws: THINNING * perChain, initialPosition };
    const outcome = sampleChain(posterior, rng.foldIn(chain), options, { sink: { draw } });
    if (outcome.kind !== "complete") throw new Error(`chain ${chain}: ${outcome.kind}`);
  }
  return positions;
}

/** Where a chain may start: a learned likelihood means little where the prior puts nothing. */
function bestOfPrior(posterior: TemperedDensity, rng: Rng): Float64Array {
  const position = new Float64Array(posterior.dim);
  const gradient = new Float64Array(posterior.dim);
  let best = position.slice();
  let highest = -Infinity;
  for (let i = 0; i < STARTS; i++) {
    posterior.samplePrior(rng, position);
    const value = posterior.logLikelihood(position, gradient);
    if (!(value > highest)) continue;
    highest = value;
    best = position.slice();
  }
  return best;
}
