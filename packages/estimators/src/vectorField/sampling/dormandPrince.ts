/** dy/dt at (t, y), written to `slope`: all of them `y.length` long. */
export type Slope = (t: number, y: Float64Array, slope: Float64Array) => void;

export interface DormandPrinceOptions {
  /** Error of a step allowed, root mean square over the numbers, each against tolerance · (1 + |y|). */
  readonly tolerance: number;
}

/** Coefficients of Dormand & Prince 1980, table 2 (Hairer, Nørsett & Wanner 1993, table II.5.2): rows of A, and C. */
const A = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
] as const;
const C = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1] as const;
/** Weights of the fifth order minus those of the fourth. */
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const;

/** Safety, and by how much a step may grow or shrink (Hairer, Nørsett & Wanner 1993, II.4). */
const SAFETY = 0.9;
const MOST_GROWTH = 4;
const MOST_SHRINKING = 0.2;
/** Share of the way that the first step takes. */
const FIRST_STEP = 0.05;
/** Steps smaller than this share of the way get nowhere: the slope is not finite, or the tolerance beyond float32 networks. */
const SMALLEST_STEP = 1e-7;

/**
 * Follows dy/dt from `from` to `to` (either way) by the adaptive method of Dormand and Prince, orders 5 and 4. Overwrites
 * y. All numbers of y share their steps. Returns how often the slope was asked for. A number whose slope is not finite, however
 * small the step, becomes NaN, and the others go on without it.
 */
export function dormandPrince(
  slope: Slope,
  from: number,
  to: number,
  y: Float64Array,
  { tolerance }: DormandPrinceOptions,
): number {
  const size = y.length;
  const k = Array.from({ length: 7 }, () => new Float64Array(size));
  const trial = new Float64Array(size);
  const way = to - from;
  let t = from;
  let step = FIRST_STEP * way;
  let evaluations = 1;
  slope(t, y, k[0]);
  while ((to - t) * way > 0) {
    if (Math.abs(to - t) < 1.01 * Math.abs(step)) step = to - t;
    for (let stage = 0; stage < 6; stage++) {
      combine(y, step, A[stage], k, trial);
      slope(t + C[stage] * step, trial, k[stage + 1]);
    }
    evaluations += 6;
    const error = errorNorm(y, trial, step, k) / tolerance;
    if (error <= 1 || Math.abs(step) < SMALLEST_STEP * Math.abs(way)) {
      t = step === to - t ? to : t + step;
      y.set(trial);
      // First same as last: the slope at the new point is known.
      k[0].set(k[6]);
    }
    step *= Math.min(MOST_GROWTH, Math.max(MOST_SHRINKING, SAFETY * error ** -0.2));
  }
  return evaluations;
}

/** out = y + step · Σ weights_j k_j. */
function combine(
  y: Float64Array,
  step: number,
  weights: readonly number[],
  k: readonly Float64Array[],
  out: Float64Array,
): void {
  out.set(y);
  for (let j = 0; j < weights.length; j++) {
    const factor = step * weights[j];
    const slope = k[j];
    if (factor !== 0) for (let i = 0; i < out.length; i++) out[i] += factor * slope[i];
  }
}

function errorNorm(y: Float64Array, next: Float64Array, step: number, k: readonly Float64Array[]): number {
  const [k0, , k2, k3, k4, k5, k6] = k;
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    // Lost before this step: no step is small enough.
    if (!Number.isFinite(k0[i])) continue;
    const difference =
      ERROR[0] * k0[i] + ERROR[2] * k2[i] + ERROR[3] * k3[i] + ERROR[4] * k4[i] + ERROR[5] * k5[i] + ERROR[6] * k6[i];
    if (!Number.isFinite(difference)) return Infinity;
    const scale = 1 + Math.max(Math.abs(y[i]), Math.abs(next[i]));
    sum += ((step * difference) / scale) ** 2;
  }
  return Math.sqrt(sum / Math.max(1, y.length));
}
