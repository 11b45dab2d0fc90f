/** A density on an even grid. */
export interface GridDensity {
  readonly values: Float64Array;
  readonly density: Float64Array;
}

const NUM_BINS = 160;

/** 0.9 min(sd, IQR / 1.34) n^(-1/5): Silverman (1986, "Density Estimation", equation 3.31). */
function bandwidth(draws: ArrayLike<number>): number {
  const sorted = Float64Array.from(draws).sort();
  const n = sorted.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += sorted[i] / n;
  let variance = 0;
  for (let i = 0; i < n; i++) variance += (sorted[i] - mean) ** 2 / n;
  const sd = Math.sqrt(variance);
  const quartileRange = sorted[Math.floor(0.75 * (n - 1))] - sorted[Math.floor(0.25 * (n - 1))];
  const scale = quartileRange > 0 ? Math.min(sd, quartileRange / 1.34) : sd;
  return 0.9 * scale * n ** -0.2;
}

function isConstant(draws: ArrayLike<number>): boolean {
  for (let i = 1; i < draws.length; i++) if (draws[i] !== draws[0]) return false;
  return true;
}

/** Shares of the draws on the grid points, each draw split linearly between its two neighbours. */
function binShares(draws: ArrayLike<number>, lower: number, step: number): Float64Array {
  const shares = new Float64Array(NUM_BINS);
  for (let i = 0; i < draws.length; i++) {
    const position = (draws[i] - lower) / step;
    const left = Math.min(Math.max(Math.floor(position), 0), NUM_BINS - 2);
    const weight = position - left;
    shares[left] += (1 - weight) / draws.length;
    shares[left + 1] += weight / draws.length;
  }
  return shares;
}

/**
 * Gaussian kernel density of finite `draws` on 160 points of [lower, upper], which must hold all of them. Mass that the
 * kernel would push over an end is reflected at it, so the integral over the range is 1 and a hard bound of the support
 * does not look like a slope. The bandwidth is at
 * least the distance of two points. Nothing is returned for draws that never move.
 */
export function kernelDensity(draws: ArrayLike<number>, lower: number, upper: number): GridDensity | undefined {
  if (isConstant(draws)) return undefined;
  const step = (upper - lower) / (NUM_BINS - 1);
  const width = Math.max(bandwidth(draws), step);
  const shares = binShares(draws, lower, step);
  const values = Float64Array.from(shares, (_, i) => lower + i * step);
  const density = new Float64Array(NUM_BINS);
  const norm = 1 / (width * Math.sqrt(2 * Math.PI));
  const kernel = (distance: number) => norm * Math.exp(-0.5 * ((distance * step) / width) ** 2);
  const last = NUM_BINS - 1;
  for (let i = 0; i < NUM_BINS; i++) {
    let sum = 0;
    for (let j = 0; j < NUM_BINS; j++) {
      if (shares[j] > 0) sum += shares[j] * (kernel(i - j) + kernel(i + j) + kernel(2 * last - i - j));
    }
    density[i] = sum;
  }
  return { values, density };
}
