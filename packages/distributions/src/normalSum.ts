import type { BoundSum, Strided, SumPlaces } from "./family.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * Σ log Normal(x_i | mean_i, sd_i) over places of a buffer: one division and one logarithm for each distinct standard
 * deviation, none while they are constant. A standard deviation below 1e-308, whose reciprocal overflows, counts as 0.
 */
export function bindNormalSum(places: SumPlaces): BoundSum {
  const sd = places.columns[2];
  return sd.stride === 0 ? withSharedSd(places) : withOwnSds(places);
}

/** One logarithm and one division for all: Σz² and Σz are all that the sd's derivative needs. */
function withSharedSd({ count, columns, isConstant, adjoints }: SumPlaces): BoundSum {
  const [x, mean, sd] = columns;
  const { values } = x;
  const [isXConstant, isMeanConstant, isSdConstant] = isConstant;
  const z = new Float64Array(count);
  let inverseSd = 1 / values[sd.offset];
  let logSd = Math.log(values[sd.offset]);
  let sumSquares = 0;
  return {
    value() {
      if (!isSdConstant) {
        inverseSd = 1 / values[sd.offset];
        logSd = Math.log(values[sd.offset]);
      }
      sumSquares = standardize(values, x, mean, inverseSd, z);
      const sum = -0.5 * sumSquares - count * (logSd + HALF_LOG_TWO_PI);
      return Number.isFinite(sum) ? sum : refused(columns, count);
    },
    pullback() {
      if (!isXConstant) addScaled(adjoints, x, -inverseSd, z);
      if (!isMeanConstant) addScaled(adjoints, mean, inverseSd, z);
      if (!isSdConstant) adjoints[sd.offset] += (sumSquares - count) * inverseSd;
    },
  };
}

function withOwnSds({ count, columns, isConstant, adjoints }: SumPlaces): BoundSum {
  const [x, mean, sd] = columns;
  const { values } = x;
  const [isXConstant, isMeanConstant, isSdConstant] = isConstant;
  const z = new Float64Array(count);
  const inverseSds = new Float64Array(count);
  let sumLogSds = invert(sd, inverseSds);
  return {
    value() {
      if (!isSdConstant) sumLogSds = invert(sd, inverseSds);
      const sum = -0.5 * standardizeEach(values, x, mean, inverseSds, z) - sumLogSds - count * HALF_LOG_TWO_PI;
      return Number.isFinite(sum) ? sum : refused(columns, count);
    },
    pullback() {
      if (!isXConstant) addScaledEach(adjoints, x, -1, inverseSds, z);
      if (!isMeanConstant) addScaledEach(adjoints, mean, 1, inverseSds, z);
      if (isSdConstant) return;
      for (let i = 0; i < count; i++) adjoints[sd.offset + i] += (z[i] * z[i] - 1) * inverseSds[i];
    },
  };
}

/** Overwrites `inverses`; returns the sum of the logarithms. */
function invert({ values, offset }: Strided, inverses: Float64Array): number {
  let sumLogs = 0;
  for (let i = 0; i < inverses.length; i++) {
    const sd = values[offset + i];
    inverses[i] = 1 / sd;
    sumLogs += Math.log(sd);
  }
  return sumLogs;
}

/**
 * Overwrites z_i = (x_i - mean_i) / sd with one sd for all; returns the sum of their squares: two sums at a time, because
 * each addition waits for the one before.
 */
function standardize(values: Float64Array, x: Strided, mean: Strided, inverseSd: number, z: Float64Array): number {
  const last = z.length - 1;
  const { stride } = x;
  const { stride: meanStride } = mean;
  let j = x.offset;
  let k = mean.offset;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < last; i += 2, j += 2 * stride, k += 2 * meanStride) {
    const first = (values[j] - values[k]) * inverseSd;
    const second = (values[j + stride] - values[k + meanStride]) * inverseSd;
    z[i] = first;
    z[i + 1] = second;
    even += first * first;
    odd += second * second;
  }
  if (last % 2 === 0) {
    z[last] = (values[j] - values[k]) * inverseSd;
    even += z[last] * z[last];
  }
  return even + odd;
}

/** The same with an sd for each. */
function standardizeEach(
  values: Float64Array,
  x: Strided,
  mean: Strided,
  inverseSds: Float64Array,
  z: Float64Array,
): number {
  const count = z.length;
  const { offset, stride } = x;
  const { stride: meanStride } = mean;
  let sumSquares = 0;
  for (let i = 0, j = offset, k = mean.offset; i < count; i++, j += stride, k += meanStride) {
    const score = (values[j] - values[k]) * inverseSds[i];
    z[i] = score;
    sumSquares += score * score;
  }
  return sumSquares;
}

/** Adds scale · z_i to the adjoints of a column; those of a column of one number are summed first. */
export function addScaled(adjoints: Float64Array, { offset, stride }: Strided, scale: number, z: Float64Array): void {
  const count = z.length;
  if (stride === 0) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += z[i];
    adjoints[offset] += scale * sum;
    return;
  }
  for (let i = 0; i < count; i++) adjoints[offset + i] += scale * z[i];
}

/** Adds sign · z_i / sd_i. */
function addScaledEach(
  adjoints: Float64Array,
  { offset, stride }: Strided,
  sign: number,
  inverseSds: Float64Array,
  z: Float64Array,
): void {
  const count = z.length;
  if (stride === 0) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += inverseSds[i] * z[i];
    adjoints[offset] += sign * sum;
    return;
  }
  for (let i = 0; i < count; i++) adjoints[offset + i] += sign * inverseSds[i] * z[i];
}

/** What a sum is that is not finite, as `evaluate` says: NaN if one of the inputs is, and otherwise -Infinity. */
export function refused(columns: readonly Strided[], count: number): number {
  for (const { values, offset, stride } of columns) {
    for (let i = 0; i < count; i++) if (Number.isNaN(values[offset + i * stride])) return NaN;
  }
  return count === 0 ? 0 : -Infinity;
}
