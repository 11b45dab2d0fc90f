import { constant, negativeMagnitude } from "../constant";
import { exponentialOfNegative, ONE } from "../exponential";
import { indexedAddress, gatherLanes, loadLanes } from "../lanes";
import { logarithmOnePlus } from "../logarithm";
import { multiplyAdd } from "../multiplyAdd";
import { lanesScratch } from "../scratch";
import { findBin, openBins } from "./bins";
import {
  BIN, HEIGHT, HEIGHT_PROBABILITY, HEIGHTS_BEFORE, LEFT, LEFT_SLOPE, RIGHT, RIGHT_SLOPE, WIDTH, WIDTH_PROBABILITY,
  WIDTHS_BEFORE,
} from "./layout";

/** The logarithm of e^(1 − 0.001) − 1: raw 0 gives a slope of 1 at a knot. */
const SHIFT: usize = memory.data<f32>([0.5397424172369522]);
/** nflows 0.14: `DEFAULT_MIN_BIN_WIDTH`, `_HEIGHT` and `DEFAULT_MIN_DERIVATIVE`. */
export const LEAST: usize = memory.data<f32>([0.001]);

/**
 * From the raw parameters at LEFT and RIGHT of `own` to the slopes at the knots, LEAST + softplus(raw + SHIFT), and their derivatives in
 * the raw parameters.
 */
function openSlopes(own: usize): void {
  for (let knot = own + LEFT; knot <= own + RIGHT; knot += 16) {
    const argument = f32x4.add(v128.load(knot), constant(SHIFT));
    const e = exponentialOfNegative(negativeMagnitude(argument));
    const larger = f32x4.div(constant(ONE), f32x4.add(constant(ONE), e));
    const isNegative = f32x4.lt(argument, f32x4.splat(0));
    v128.store(knot, v128.bitselect(f32x4.mul(e, larger), larger, isNegative), LEFT_SLOPE - LEFT);
    const positive = v128.andnot(argument, isNegative);
    v128.store(knot, f32x4.add(f32x4.add(positive, constant(LEAST)), logarithmOnePlus(e)));
  }
}

/** Of the vectors from `from` on those at four offsets, one for each lane. */
// @ts-ignore: decorator
@inline
function pick(from: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  return loadLanes(from + a, from + b, from + c, from + d);
}

/** Copies to `own` what belongs to the row's bin: probabilities, sums left of it (which are where raw ones were), raw slopes. */
function pickBin(raw: usize, state: usize, own: usize, slopes: usize, bin: v128, bytes: usize): void {
  const a = <usize>i32x4.extract_lane(bin, 0) << 4, b = (<usize>i32x4.extract_lane(bin, 1) << 4) + 4;
  const c = (<usize>i32x4.extract_lane(bin, 2) << 4) + 8, d = (<usize>i32x4.extract_lane(bin, 3) << 4) + 12;
  v128.store(own, pick(raw, a, b, c, d), WIDTHS_BEFORE);
  v128.store(own, pick(raw + bytes, a, b, c, d), HEIGHTS_BEFORE);
  v128.store(own, pick(state, a, b, c, d), WIDTH_PROBABILITY);
  v128.store(own, pick(state + bytes, a, b, c, d), HEIGHT_PROBABILITY);
  // The slopes at both ends are 1, that of a raw parameter of 0; the first stands where the last height was.
  v128.store(slopes, f32x4.splat(0));
  v128.store(slopes + bytes, f32x4.splat(0));
  v128.store(own, pick(slopes, a, b, c, d), LEFT);
  v128.store(own, pick(slopes + 16, a, b, c, d), RIGHT);
}

/**
 * Fills the state of four rows, all but INSIDE and POSITION, from their raw parameters and u, the place in [0, 1] on the
 * axis of the widths, or of the heights where `isInverse`. Parameters of a row: K widths, K heights, K − 1 slopes.
 */
export function fillState(
  params: usize, stride: usize, index: usize, row: i32, last: i32, u: v128, state: usize, numBins: i32, isInverse: bool,
): void {
  const bytes = <usize>numBins << 4, raw = lanesScratch, slopes = raw + (bytes << 1) - 16;
  gatherLanes(
    indexedAddress(params, stride, index, row, last), indexedAddress(params, stride, index, row + 1, last),
    indexedAddress(params, stride, index, row + 2, last), indexedAddress(params, stride, index, row + 3, last),
    3 * numBins - 1, raw,
  );
  const own = state + (bytes << 1);
  const least = constant(LEAST), share = f32x4.sub(constant(ONE), f32x4.mul(least, f32x4.splat(<f32>numBins)));
  const searched = isInverse ? bytes : 0, other = bytes - searched;
  const bin = findBin(u, raw + searched, state + searched, numBins, least, share);
  openBins(raw + other, state + other, numBins);
  v128.store(own + BIN, bin);
  pickBin(raw, state, own, slopes, bin, bytes);
  v128.store(own + WIDTH, multiplyAdd(share, v128.load(own + WIDTH_PROBABILITY), least));
  v128.store(own + HEIGHT, multiplyAdd(share, v128.load(own + HEIGHT_PROBABILITY), least));
  openSlopes(own);
}

/** Where the row's bin begins: BIN · LEAST + share · before. */
// @ts-ignore: decorator
@inline
export function binStart(own: usize, before: usize, numBins: i32): v128 {
  const least = constant(LEAST), share = f32x4.sub(constant(ONE), f32x4.mul(least, f32x4.splat(<f32>numBins)));
  return multiplyAdd(share, v128.load(own + before), f32x4.mul(f32x4.convert_i32x4_s(v128.load(own + BIN)), least));
}
