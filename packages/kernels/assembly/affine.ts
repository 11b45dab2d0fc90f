import { constant, magnitude } from "./constant";
import { exponentialOf, ONE } from "./exponential";
import { indexedAddress, loadLanes, rowAddress, storeLanes } from "./lanes";
import { multiplyAdd } from "./multiplyAdd";
import { addLanes } from "./standardNormal";

/** raw / (1 + |raw| / limit): slope 1 at 0, within ±limit, and its derivative, the square of the factor, never 0. */
// @ts-ignore: decorator
@inline
function clampFactor(raw: v128, perLimit: v128): v128 {
  return f32x4.div(constant(ONE), multiplyAdd(magnitude(raw), perLimit, constant(ONE)));
}

/**
 * Overwrites z with (x − mean)·e^(−s), s the clamped rawScale, and ADDS −Σ s to logDet; or, `isInverse`, with x·e^s + mean, and
 * ADDS Σ s.
 */
export function affineForward(
  x: usize, xStride: usize, mean: usize, meanStride: usize, rawScale: usize, scaleStride: usize, index: usize,
  z: usize, zStride: usize, logDet: usize, logDetStride: usize, rows: i32, columns: i32, limit: f32, isInverse: bool,
): void {
  const last = rows - 1, perLimit = f32x4.splat(1 / limit), bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row += 4) {
    const xa = rowAddress(x, xStride, row, last), xb = rowAddress(x, xStride, row + 1, last);
    const xc = rowAddress(x, xStride, row + 2, last), xd = rowAddress(x, xStride, row + 3, last);
    const ma = indexedAddress(mean, meanStride, index, row, last), mb = indexedAddress(mean, meanStride, index, row + 1, last);
    const mc = indexedAddress(mean, meanStride, index, row + 2, last), md = indexedAddress(mean, meanStride, index, row + 3, last);
    const sa = indexedAddress(rawScale, scaleStride, index, row, last), sb = indexedAddress(rawScale, scaleStride, index, row + 1, last);
    const sc = indexedAddress(rawScale, scaleStride, index, row + 2, last), sd = indexedAddress(rawScale, scaleStride, index, row + 3, last);
    const za = rowAddress(z, zStride, row, last), zb = rowAddress(z, zStride, row + 1, last);
    const zc = rowAddress(z, zStride, row + 2, last), zd = rowAddress(z, zStride, row + 3, last);
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < bytes; j += 4) {
      const raw = loadLanes(sa + j, sb + j, sc + j, sd + j), s = f32x4.mul(raw, clampFactor(raw, perLimit));
      const center = loadLanes(ma + j, mb + j, mc + j, md + j), value = loadLanes(xa + j, xb + j, xc + j, xd + j);
      const scale = exponentialOf(isInverse ? s : f32x4.neg(s));
      const moved = isInverse ? multiplyAdd(value, scale, center) : f32x4.mul(f32x4.sub(value, center), scale);
      storeLanes(moved, za + j, zb + j, zc + j, zd + j);
      sum = f32x4.add(sum, s);
    }
    if (logDet) addLanes(logDet, logDetStride, row, last, isInverse ? sum : f32x4.neg(sum));
  }
}

/** Overwrites dx with dz·e^(−s), dMean with −dx and dRawScale with (−dz·z − dLogDet)·ds/draw; dx may be dz. */
export function affineBackward(
  z: usize, zStride: usize, rawScale: usize, scaleStride: usize, index: usize, dz: usize, dzStride: usize,
  dLogDet: usize, dLogDetStride: usize, dx: usize, dxStride: usize, dMean: usize, dMeanStride: usize,
  dRawScale: usize, dScaleStride: usize, rows: i32, columns: i32, limit: f32,
): void {
  const perLimit = f32x4.splat(1 / limit), bytes = <usize>columns << 2;
  // Rows of four columns each: a network's means and scales lie side by side.
  for (let row = 0; row < rows; row++) {
    const at = <usize>row, zRow = z + at * zStride, dzRow = dz + at * dzStride;
    const sRow = indexedAddress(rawScale, scaleStride, index, row, rows);
    const dxRow = dx + at * dxStride, dMeanRow = dMean + at * dMeanStride, dScaleRow = dRawScale + at * dScaleStride;
    const logAdjoint = v128.load32_splat(dLogDet + at * dLogDetStride);
    for (let j: usize = 0; j < bytes; j += 16) {
      const raw = v128.load(sRow + j), factor = clampFactor(raw, perLimit), adjoint = v128.load(dzRow + j);
      const value = f32x4.mul(adjoint, exponentialOf(f32x4.neg(f32x4.mul(raw, factor))));
      const pulled = f32x4.neg(multiplyAdd(adjoint, v128.load(zRow + j), logAdjoint));
      const scaleGradient = f32x4.mul(pulled, f32x4.mul(factor, factor)), count = (bytes - j) >> 2;
      storeUpTo(dxRow + j, value, count);
      storeUpTo(dMeanRow + j, f32x4.neg(value), count);
      storeUpTo(dScaleRow + j, scaleGradient, count);
    }
  }
}

/** The first `count` lanes, at most 4. */
// @ts-ignore: decorator
@inline
function storeUpTo(to: usize, v: v128, count: usize): void {
  if (count >= 4) return v128.store(to, v);
  v128.store_lane<f32>(to, v, 0);
  if (count > 1) v128.store_lane<f32>(to + 4, v, 1);
  if (count > 2) v128.store_lane<f32>(to + 8, v, 2);
}
