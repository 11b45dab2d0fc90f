import { exponentialOf } from "./exponential";
import { gatherLanes, indexedAddress, loadLanes, rowAddress, scatterLanes } from "./lanes";
import { multiplyAdd } from "./multiplyAdd";
import { lanesScratch } from "./scratch";
import { addLanes } from "./standardNormal";

/** Lanes of a quad: the factor (packed by rows, its diagonal exponentiated), the vector, the result. */
const FACTOR: usize = lanesScratch, VECTOR: usize = lanesScratch + 16384, RESULT: usize = VECTOR + 1024;
const MEAN: usize = RESULT + 1024, ADJOINT: usize = MEAN + 1024;

/** Bytes of the lanes of `size` elements. */
// @ts-ignore: decorator
@inline
function lanes(size: i32): usize {
  return <usize>size << 4;
}

function gather(base: usize, stride: usize, index: usize, row: i32, last: i32, count: i32, to: usize): void {
  gatherLanes(
    indexedAddress(base, stride, index, row, last), indexedAddress(base, stride, index, row + 1, last),
    indexedAddress(base, stride, index, row + 2, last), indexedAddress(base, stride, index, row + 3, last), count, to,
  );
}

function scatter(from: usize, base: usize, stride: usize, row: i32, last: i32, count: i32): void {
  scatterLanes(
    from, count, rowAddress(base, stride, row, last), rowAddress(base, stride, row + 1, last),
    rowAddress(base, stride, row + 2, last), rowAddress(base, stride, row + 3, last),
  );
}

/** Exponentiates the diagonal of FACTOR; returns the sum of what it was. */
function openDiagonal(size: i32): v128 {
  let sum = f32x4.splat(0), at = FACTOR;
  for (let i = 0; i < size; i++, at += lanes(i + 1)) {
    const raw = v128.load(at);
    sum = f32x4.add(sum, raw);
    v128.store(at, exponentialOf(raw));
  }
  return sum;
}

/** VECTOR = x − mean. */
function gatherCentered(
  x: usize, xStride: usize, mean: usize, meanStride: usize, index: usize, row: i32, last: i32, size: i32,
): void {
  gather(x, xStride, 0, row, last, size, VECTOR);
  if (!mean) return;
  gather(mean, meanStride, index, row, last, size, MEAN);
  for (let i: usize = 0; i < lanes(size); i += 16) v128.store(VECTOR + i, f32x4.sub(v128.load(VECTOR + i), v128.load(MEAN + i)));
}

/** RESULT = L·VECTOR. */
function multiply(size: i32): void {
  let at = FACTOR;
  for (let i = 0; i < size; i++) {
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j <= lanes(i); j += 16, at += 16) sum = multiplyAdd(v128.load(at), v128.load(VECTOR + j), sum);
    v128.store(RESULT + lanes(i), sum);
  }
}

/** RESULT = L⁻¹·VECTOR. */
function solve(size: i32): void {
  let at = FACTOR;
  for (let i = 0; i < size; i++, at += 16) {
    let sum = v128.load(VECTOR + lanes(i));
    for (let j: usize = 0; j < lanes(i); j += 16, at += 16) {
      sum = f32x4.sub(sum, f32x4.mul(v128.load(at), v128.load(RESULT + j)));
    }
    v128.store(RESULT + lanes(i), f32x4.div(sum, v128.load(at)));
  }
}

/**
 * Overwrites z (size numbers a row) with L·(x − mean) and ADDS log det L to logDet; or, `isSolving`, with L⁻¹·(x − mean), and ADDS
 * −log det L. Rows of `factor` are L packed by rows, lower triangle, with the logarithms of its diagonal.
 */
export function triangularForward(
  x: usize, xStride: usize, mean: usize, meanStride: usize, factor: usize, factorStride: usize, index: usize,
  z: usize, zStride: usize, logDet: usize, logDetStride: usize, rows: i32, size: i32, isSolving: bool,
): void {
  const last = rows - 1;
  for (let row = 0; row < rows; row += 4) {
    gather(factor, factorStride, index, row, last, (size * (size + 1)) >> 1, FACTOR);
    const log = openDiagonal(size);
    gatherCentered(x, xStride, mean, meanStride, index, row, last, size);
    if (isSolving) solve(size);
    else multiply(size);
    scatter(RESULT, z, zStride, row, last, size);
    if (logDet) addLanes(logDet, logDetStride, row, last, isSolving ? f32x4.neg(log) : log);
  }
}

/** From ADJOINT of L·VECTOR: the gradient in VECTOR to RESULT, that in the packed factor over it. */
function pullBackMultiply(size: i32, logAdjoint: v128): void {
  for (let i: usize = 0; i < lanes(size); i += 16) v128.store(RESULT + i, f32x4.splat(0));
  let at = FACTOR;
  for (let i = 0; i < size; i++) {
    const adjoint = v128.load(ADJOINT + lanes(i));
    for (let j: usize = 0; j <= lanes(i); j += 16, at += 16) {
      const entry = v128.load(at), gradient = f32x4.mul(adjoint, v128.load(VECTOR + j));
      v128.store(RESULT + j, multiplyAdd(entry, adjoint, v128.load(RESULT + j)));
      v128.store(at, j == lanes(i) ? multiplyAdd(gradient, entry, logAdjoint) : gradient);
    }
  }
}

/** From ADJOINT of L⁻¹·VECTOR, which is in VECTOR: the gradient L⁻ᵀ·ADJOINT to RESULT, that in the packed factor over it. */
function pullBackSolve(size: i32, logAdjoint: v128): void {
  memory.copy(RESULT, ADJOINT, lanes(size));
  let end = FACTOR + lanes((size * (size + 1)) >> 1);
  for (let i = size - 1; i >= 0; i--) {
    const start = end - lanes(i + 1), diagonal = v128.load(end - 16);
    const solved = f32x4.div(v128.load(RESULT + lanes(i)), diagonal);
    v128.store(RESULT + lanes(i), solved);
    for (let j: usize = 0; j < lanes(i); j += 16) {
      v128.store(RESULT + j, f32x4.sub(v128.load(RESULT + j), f32x4.mul(v128.load(start + j), solved)));
      v128.store(start + j, f32x4.neg(f32x4.mul(solved, v128.load(VECTOR + j))));
    }
    const own = f32x4.mul(f32x4.mul(solved, v128.load(VECTOR + lanes(i))), diagonal);
    v128.store(end - 16, f32x4.neg(f32x4.add(own, logAdjoint)));
    end = start;
  }
}

/**
 * Overwrites dx, dMean (−dx; neither where it is 0) and dFactor (each row its own, indexed or not) for adjoints dz of z and dLogDet of
 * logDet. Reads x and mean for the product, z for the solution.
 */
export function triangularBackward(
  x: usize, xStride: usize, mean: usize, meanStride: usize, factor: usize, factorStride: usize, index: usize,
  z: usize, zStride: usize, dz: usize, dzStride: usize, dLogDet: usize, dLogDetStride: usize,
  dx: usize, dxStride: usize, dMean: usize, dMeanStride: usize, dFactor: usize, dFactorStride: usize,
  rows: i32, size: i32, isSolving: bool,
): void {
  const last = rows - 1, length = (size * (size + 1)) >> 1;
  for (let row = 0; row < rows; row += 4) {
    gather(factor, factorStride, index, row, last, length, FACTOR);
    openDiagonal(size);
    gather(dz, dzStride, 0, row, last, size, ADJOINT);
    const logAdjoint = loadLanes(
      rowAddress(dLogDet, dLogDetStride, row, last), rowAddress(dLogDet, dLogDetStride, row + 1, last),
      rowAddress(dLogDet, dLogDetStride, row + 2, last), rowAddress(dLogDet, dLogDetStride, row + 3, last),
    );
    if (isSolving) {
      gather(z, zStride, 0, row, last, size, VECTOR);
      pullBackSolve(size, logAdjoint);
    } else {
      gatherCentered(x, xStride, mean, meanStride, index, row, last, size);
      pullBackMultiply(size, logAdjoint);
    }
    scatter(FACTOR, dFactor, dFactorStride, row, last, length);
    if (dx) scatter(RESULT, dx, dxStride, row, last, size);
    if (!dMean) continue;
    for (let i: usize = 0; i < lanes(size); i += 16) v128.store(RESULT + i, f32x4.neg(v128.load(RESULT + i)));
    scatter(RESULT, dMean, dMeanStride, row, last, size);
  }
}
