import { constant } from "./constant";
import { exponentialOfNegative } from "./exponential";
import { firstLanes, sumOfLanes } from "./lanes";
import { logarithmOf } from "./logarithm";

const LEAST: usize = memory.data<f32>([-3.4028234663852886e38]);
const MINUS_INFINITY: usize = memory.data<f32>([-Infinity]);
/** Columns that are summed in float32 before the sum moves to float64. */
const BLOCK: i32 = 1024;

function storeFirst(to: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(to, v);
  else v128.store(to, v128.bitselect(v, v128.load(to), firstLanes(count)));
}

/** Four elements from column `j` on, −∞ or 0 after the last. */
// @ts-ignore: decorator
@inline
function loadOr(x: usize, j: i32, columns: i32, other: v128): v128 {
  const v = v128.load(x + (<usize>j << 2)), left = columns - j;
  return left >= 4 ? v : v128.bitselect(v, other, firstLanes(left));
}

/** The largest element of a row, at least −3.4e38 so that it can be subtracted from −∞. NaN does not count. */
function largest(x: usize, columns: i32): f32 {
  const none = constant(MINUS_INFINITY);
  let most = constant(LEAST);
  for (let j = 0; j < columns; j += 4) most = f32x4.pmax(most, loadOr(x, j, columns, none));
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1));
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 1, 0, 3, 2));
  return f32x4.extract_lane(most, 0);
}

/** Σ e^(x − shift) of a row; stores the terms at `y` unless that is 0. */
function sumOfExponentials(x: usize, columns: i32, shift: f32, y: usize): f64 {
  const none = constant(MINUS_INFINITY), most = f32x4.splat(shift);
  let total: f64 = 0;
  for (let first = 0; first < columns; first += BLOCK) {
    const end = min(columns, first + BLOCK);
    let sum = f32x4.splat(0);
    for (let j = first; j < end; j += 4) {
      const value = exponentialOfNegative(f32x4.sub(loadOr(x, j, columns, none), most));
      sum = f32x4.add(sum, value);
      if (y) storeFirst(y + (<usize>j << 2), value, columns - j);
    }
    total += sumOfLanes(sum);
  }
  return total;
}

function hasNaN(x: usize, columns: i32): bool {
  for (const end = x + (<usize>columns << 2); x < end; x += 4) if (isNaN(load<f32>(x))) return true;
  return false;
}

/** log Σ e^x of a row: −∞ for a row of −∞, ∞ where an element is, NaN where one is. */
export function logSumExp(x: usize, columns: i32): f32 {
  const shift = largest(x, columns);
  if (shift == f32(Infinity)) return hasNaN(x, columns) ? f32(NaN) : shift;
  const total = sumOfExponentials(x, columns, shift, 0);
  return shift + f32x4.extract_lane(logarithmOf(f32x4.splat(<f32>total)), 0);
}

/** Overwrites `out` (one number a row) with log Σ e^x. */
export function logSumExpRows(x: usize, xStride: usize, out: usize, outStride: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--, x += xStride, out += outStride) store<f32>(out, logSumExp(x, columns));
}

/** Overwrites y with e^x / Σ e^x; y may be x. */
export function softmaxRows(x: usize, xStride: usize, y: usize, yStride: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--, x += xStride, y += yStride) {
    const total = sumOfExponentials(x, columns, largest(x, columns), y);
    const factor = f32x4.splat(<f32>(1 / total));
    for (let j = 0; j < columns; j += 4) {
      const to = y + (<usize>j << 2);
      storeFirst(to, f32x4.mul(v128.load(to), factor), columns - j);
    }
  }
}

/** Overwrites y with x − log Σ e^x; y may be x. */
export function logSoftmaxRows(x: usize, xStride: usize, y: usize, yStride: usize, rows: i32, columns: i32): void {
  for (; rows > 0; rows--, x += xStride, y += yStride) {
    const total = f32x4.splat(logSumExp(x, columns));
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      storeFirst(y + at, f32x4.sub(v128.load(x + at), total), columns - j);
    }
  }
}

function dot(a: usize, b: usize, columns: i32): f64 {
  const zero = f32x4.splat(0);
  let total: f64 = 0;
  for (let first = 0; first < columns; first += BLOCK) {
    const end = min(columns, first + BLOCK);
    let sum = zero;
    for (let j = first; j < end; j += 4) sum = f32x4.add(sum, f32x4.mul(loadOr(a, j, columns, zero), loadOr(b, j, columns, zero)));
    total += sumOfLanes(sum);
  }
  return total;
}

/** Overwrites dx with y·(dy − Σ y·dy), y = softmax x; dx may be dy. */
export function softmaxGradient(
  y: usize, yStride: usize, dy: usize, dyStride: usize, dx: usize, dxStride: usize, rows: i32, columns: i32,
): void {
  for (; rows > 0; rows--, y += yStride, dy += dyStride, dx += dxStride) {
    const mean = f32x4.splat(<f32>dot(y, dy, columns));
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      storeFirst(dx + at, f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), mean)), columns - j);
    }
  }
}

/** Overwrites dx with dy − e^y·Σ dy, y = log softmax x; dx may be dy. */
export function logSoftmaxGradient(
  y: usize, yStride: usize, dy: usize, dyStride: usize, dx: usize, dxStride: usize, rows: i32, columns: i32,
): void {
  const zero = f32x4.splat(0);
  for (; rows > 0; rows--, y += yStride, dy += dyStride, dx += dxStride) {
    let total: f64 = 0;
    for (let j = 0; j < columns; j += 4) total += sumOfLanes(loadOr(dy, j, columns, zero));
    const sum = f32x4.splat(<f32>total);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const probability = exponentialOfNegative(v128.load(y + at));
      storeFirst(dx + at, f32x4.sub(v128.load(dy + at), f32x4.mul(probability, sum)), columns - j);
    }
  }
}

/** Overwrites dx with adjoint·e^(x − value), value = log Σ e^x; dx may be x. */
export function logSumExpGradient(
  x: usize, xStride: usize, value: usize, valueStride: usize, adjoint: usize, adjointStride: usize,
  dx: usize, dxStride: usize, rows: i32, columns: i32,
): void {
  for (; rows > 0; rows--, x += xStride, value += valueStride, adjoint += adjointStride, dx += dxStride) {
    const total = v128.load32_splat(value), factor = v128.load32_splat(adjoint);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const share = exponentialOfNegative(f32x4.sub(v128.load(x + at), total));
      storeFirst(dx + at, f32x4.mul(factor, share), columns - j);
    }
  }
}
