import { constant } from "../constant";
import { ONE } from "../exponential";
import { loadLanes, rowAddress, scatterLanes, storeLanes } from "../lanes";
import { multiplyAdd } from "../multiplyAdd";
import { lanesScratch } from "../scratch";
import {
  BIN, HEIGHT, HEIGHT_PROBABILITY, HEIGHTS_BEFORE, INSIDE, LEFT, LEFT_SLOPE, POSITION, RIGHT, RIGHT_SLOPE, stateBytes,
  WIDTH, WIDTH_PROBABILITY, WIDTHS_BEFORE,
} from "./layout";
import { LEAST } from "./segment";

/** Adjoints of a row's bin, on the interval scaled to [0, 1], four lanes each. */
const adjoints: usize = memory.data(112, 16);
const START: usize = 0, SIZE: usize = 16, LEVEL: usize = 32, RISE: usize = 48, LEFT_RAW: usize = 64, RIGHT_RAW: usize = 80;

/**
 * Overwrites dx, and the gradients in the raw parameters (each row its own, indexed or not), for adjoints dz of z and
 * dLogDet of the logarithm, at the rows whose state `splineForward` left.
 */
export function splineBackward(
  state: usize, dz: usize, dzStride: usize, dLogDet: usize, dLogDetStride: usize, dx: usize, dxStride: usize,
  dParams: usize, stride: usize, rows: i32, numBins: i32, bound: f32,
): void {
  const last = rows - 1, length = stateBytes(numBins), bytes = <usize>numBins << 4;
  for (let row = 0; row < rows; row += 4, state += length) {
    const own = state + (bytes << 1), inside = v128.load(own + INSIDE);
    const adjoint = loadLanes(
      rowAddress(dz, dzStride, row, last), rowAddress(dz, dzStride, row + 1, last),
      rowAddress(dz, dzStride, row + 2, last), rowAddress(dz, dzStride, row + 3, last),
    );
    const logAdjoint = loadLanes(
      rowAddress(dLogDet, dLogDetStride, row, last), rowAddress(dLogDet, dLogDetStride, row + 1, last),
      rowAddress(dLogDet, dLogDetStride, row + 2, last), rowAddress(dLogDet, dLogDetStride, row + 3, last),
    );
    const scaled = f32x4.mul(adjoint, f32x4.splat(2 * bound));
    const du = pullBackBin(own, v128.and(scaled, inside), v128.and(logAdjoint, inside), inside);
    storeLanes(
      v128.bitselect(f32x4.mul(du, f32x4.splat(0.5 / bound)), adjoint, inside),
      rowAddress(dx, dxStride, row, last), rowAddress(dx, dxStride, row + 1, last),
      rowAddress(dx, dxStride, row + 2, last), rowAddress(dx, dxStride, row + 3, last),
    );
    pullBackParameters(state, own, numBins);
    scatterLanes(
      lanesScratch, 3 * numBins - 1, rowAddress(dParams, stride, row, last), rowAddress(dParams, stride, row + 1, last),
      rowAddress(dParams, stride, row + 2, last), rowAddress(dParams, stride, row + 3, last),
    );
  }
}

/**
 * The adjoint of u, and those of the bin to `adjoints`; all 0 where not `inside`. With a = ξ(1 − ξ), M = sξ² + d₀a, E = s + Da and
 * N = d₁ξ² + 2sa + d₀(1 − ξ)², the value is height·M/E and the log-slope 2 log s + log N − 2 log E.
 */
function pullBackBin(own: usize, dz: v128, dLog: v128, inside: v128): v128 {
  const one = constant(ONE), xi = v128.load(own + POSITION), rest = f32x4.sub(one, xi), a = f32x4.mul(xi, rest);
  const left = v128.load(own + LEFT), right = v128.load(own + RIGHT), height = v128.load(own + HEIGHT);
  const perWidth = f32x4.div(one, v128.load(own + WIDTH)), s = f32x4.mul(height, perWidth), twice = f32x4.add(s, s);
  const curvature = f32x4.sub(f32x4.add(left, right), twice);
  const square = f32x4.mul(xi, xi), restSquare = f32x4.mul(rest, rest);
  const perE = f32x4.div(one, multiplyAdd(curvature, a, s));
  const quotient = f32x4.mul(multiplyAdd(left, a, f32x4.mul(s, square)), perE);
  const n = multiplyAdd(twice, a, multiplyAdd(right, square, f32x4.mul(left, restSquare)));
  const dN = f32x4.div(dLog, n);
  const dM = f32x4.mul(f32x4.mul(dz, height), perE);
  const twiceLog = f32x4.add(dLog, dLog);
  const dE = f32x4.neg(multiplyAdd(dM, quotient, f32x4.mul(twiceLog, perE)));
  const dNa = f32x4.mul(dN, a), dEa = f32x4.mul(dE, a);
  const dS = f32x4.add(
    f32x4.add(multiplyAdd(dM, square, f32x4.sub(dE, f32x4.add(dEa, dEa))), f32x4.add(dNa, dNa)), f32x4.div(twiceLog, s),
  );
  const dLeft = multiplyAdd(dM, a, multiplyAdd(dN, restSquare, dEa));
  const dRight = multiplyAdd(dN, square, dEa);
  const dA = multiplyAdd(dM, left, multiplyAdd(dE, curvature, f32x4.mul(dN, twice)));
  const fromEnds = f32x4.mul(dN, f32x4.sub(f32x4.mul(right, xi), f32x4.mul(left, rest)));
  const fromM = multiplyAdd(f32x4.mul(dM, s), xi, fromEnds);
  const dXi = multiplyAdd(dA, f32x4.sub(rest, xi), f32x4.add(fromM, fromM));
  const du = v128.and(f32x4.mul(dXi, perWidth), inside);
  v128.store(adjoints + START, f32x4.neg(du));
  v128.store(adjoints + SIZE, v128.and(f32x4.neg(multiplyAdd(f32x4.mul(dS, perWidth), s, f32x4.mul(du, xi))), inside));
  v128.store(adjoints + LEVEL, dz);
  v128.store(adjoints + RISE, v128.and(multiplyAdd(dS, perWidth, f32x4.mul(dz, quotient)), inside));
  v128.store(adjoints + LEFT_RAW, v128.and(f32x4.mul(dLeft, v128.load(own + LEFT_SLOPE)), inside));
  v128.store(adjoints + RIGHT_RAW, v128.and(f32x4.mul(dRight, v128.load(own + RIGHT_SLOPE)), inside));
  return du;
}

/** From `adjoints` to the gradients in the 3K − 1 raw parameters, as vectors of lanes in the scratch. */
function pullBackParameters(state: usize, own: usize, numBins: i32): void {
  const bytes = <usize>numBins << 4, to = lanesScratch;
  const share = f32x4.sub(constant(ONE), f32x4.mul(constant(LEAST), f32x4.splat(<f32>numBins)));
  const start = f32x4.mul(share, v128.load(adjoints + START)), size = f32x4.mul(share, v128.load(adjoints + SIZE));
  pullBackSoftmax(state, own, WIDTHS_BEFORE, WIDTH_PROBABILITY, start, size, to, numBins);
  const level = f32x4.mul(share, v128.load(adjoints + LEVEL)), rise = f32x4.mul(share, v128.load(adjoints + RISE));
  // The slopes of both ends are none of the parameters: theirs go to the vectors around, which heights and tails overwrite.
  const slopes = to + (bytes << 1) - 16;
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i <= bytes; i += 16) v128.store(slopes + i, zero);
  for (let lane: usize = 0; lane < 16; lane += 4) {
    const at = slopes + (<usize>load<i32>(own + BIN + lane) << 4) + lane;
    store<f32>(at, load<f32>(adjoints + LEFT_RAW + lane));
    store<f32>(at + 16, load<f32>(adjoints + RIGHT_RAW + lane));
  }
  pullBackSoftmax(state + bytes, own, HEIGHTS_BEFORE, HEIGHT_PROBABILITY, level, rise, to + bytes, numBins);
}

/** Gradients in the raw parameters of a softmax whose sum before the bin has adjoint `start`, and whose own has `size`. */
function pullBackSoftmax(
  probabilities: usize, own: usize, before: usize, probability: usize, start: v128, size: v128, to: usize, numBins: i32,
): void {
  const mean = multiplyAdd(start, v128.load(own + before), f32x4.mul(size, v128.load(own + probability)));
  const bin = v128.load(own + BIN), one = i32x4.splat(1);
  const left = f32x4.sub(start, mean), at = f32x4.sub(size, mean), right = f32x4.neg(mean);
  let k = i32x4.splat(0);
  for (let i: usize = 0; i < <usize>numBins << 4; i += 16) {
    const upTo = v128.bitselect(at, right, i32x4.eq(k, bin));
    const adjoint = v128.bitselect(left, upTo, i32x4.lt_s(k, bin));
    v128.store(to + i, f32x4.mul(v128.load(probabilities + i), adjoint));
    k = i32x4.add(k, one);
  }
}
