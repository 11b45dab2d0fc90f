import { loadLanes, rowAddress, storeLanes } from "./lanes";
import { multiplyAdd } from "./multiplyAdd";

const HALF_LOG_TWO_PI: f32 = 0.9189385332046727;

/** ADDS to `out` (one number a row) the log-density of independent standard normals: −Σ z²/2 − columns·log(2π)/2. */
export function standardNormalRows(z: usize, zStride: usize, out: usize, outStride: usize, rows: i32, columns: i32): void {
  const last = rows - 1, half = f32x4.splat(-0.5), normaliser = f32x4.splat(-HALF_LOG_TWO_PI * <f32>columns);
  for (let row = 0; row < rows; row += 4) {
    const a = rowAddress(z, zStride, row, last), b = rowAddress(z, zStride, row + 1, last);
    const c = rowAddress(z, zStride, row + 2, last), d = rowAddress(z, zStride, row + 3, last);
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < <usize>columns << 2; j += 4) {
      const value = loadLanes(a + j, b + j, c + j, d + j);
      sum = multiplyAdd(value, value, sum);
    }
    addLanes(out, outStride, row, last, multiplyAdd(half, sum, normaliser));
  }
}

/** ADDS a lane to each of four rows' numbers. */
export function addLanes(out: usize, stride: usize, row: i32, last: i32, v: v128): void {
  const a = rowAddress(out, stride, row, last), b = rowAddress(out, stride, row + 1, last);
  const c = rowAddress(out, stride, row + 2, last), d = rowAddress(out, stride, row + 3, last);
  storeLanes(f32x4.add(loadLanes(a, b, c, d), v), a, b, c, d);
}

/** Overwrites y with factor·x, one factor a row, negated where `isNegated`; y may be x. */
export function scaleRows(
  x: usize, xStride: usize, factor: usize, factorStride: usize, y: usize, yStride: usize,
  rows: i32, columns: i32, isNegated: bool,
): void {
  for (; rows > 0; rows--, x += xStride, factor += factorStride, y += yStride) {
    const single = isNegated ? -load<f32>(factor) : load<f32>(factor), f = f32x4.splat(single);
    let j = 0;
    for (; j + 4 <= columns; j += 4) v128.store(y + (<usize>j << 2), f32x4.mul(f, v128.load(x + (<usize>j << 2))));
    for (; j < columns; j++) store<f32>(y + (<usize>j << 2), single * load<f32>(x + (<usize>j << 2)));
  }
}
