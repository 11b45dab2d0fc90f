import { constant } from "../constant";
import { ONE } from "../exponential";
import { loadLanes, rowAddress, storeLanes } from "../lanes";
import { logarithmOfNormal } from "../logarithm";
import { multiplyAdd } from "../multiplyAdd";
import { addLanes } from "../standardNormal";
import { HEIGHT, HEIGHTS_BEFORE, INSIDE, LEFT, POSITION, RIGHT, stateBytes, WIDTH, WIDTHS_BEFORE } from "./layout";
import { binStart, fillState } from "./segment";

/** z and log dz/dx of four rows. */
const results: usize = memory.data(32, 16);

/**
 * Overwrites z with the monotone rational-quadratic spline of x on [−bound, bound], the identity outside, and ADDS
 * log dz/dx to logDet (Durkan et al. 2019, eq. 4 and 5). Works on the interval scaled to [0, 1].
 */
export function splineForward(
  x: usize, xStride: usize, params: usize, stride: usize, index: usize, z: usize, zStride: usize,
  logDet: usize, logDetStride: usize, state: usize, rows: i32, numBins: i32, bound: f32,
): void {
  const last = rows - 1, length = stateBytes(numBins), toOwn = <usize>numBins << 5;
  for (let row = 0; row < rows; row += 4, state += length) {
    const own = state + toOwn;
    const value = loadLanes(
      rowAddress(x, xStride, row, last), rowAddress(x, xStride, row + 1, last),
      rowAddress(x, xStride, row + 2, last), rowAddress(x, xStride, row + 3, last),
    );
    v128.store(own + INSIDE, f32x4.le(f32x4.abs(value), f32x4.splat(bound)));
    const u = f32x4.mul(f32x4.add(value, f32x4.splat(bound)), f32x4.splat(0.5 / bound));
    fillState(params, stride, index, row, last, u, state, numBins, false);
    v128.store(own + POSITION, f32x4.div(f32x4.sub(u, binStart(own, WIDTHS_BEFORE, numBins)), v128.load(own + WIDTH)));
    evaluateQuad(own, value, numBins, bound);
    storeLanes(
      v128.load(results), rowAddress(z, zStride, row, last), rowAddress(z, zStride, row + 1, last),
      rowAddress(z, zStride, row + 2, last), rowAddress(z, zStride, row + 3, last),
    );
    addLanes(logDet, logDetStride, row, last, v128.load(results, 16));
  }
}

/**
 * Leaves in `results` z, the start of the bin plus its height · (s·ξ² + d₀·ξ(1 − ξ)) / (s + D·ξ(1 − ξ)), and the logarithm of its slope,
 * s²·(d₁ξ² + 2sξ(1 − ξ) + d₀(1 − ξ)²) / (s + D·ξ(1 − ξ))²; x and 0 outside.
 */
function evaluateQuad(own: usize, value: v128, numBins: i32, bound: f32): void {
  const xi = v128.load(own + POSITION), rest = f32x4.sub(constant(ONE), xi), product = f32x4.mul(xi, rest);
  const left = v128.load(own + LEFT), right = v128.load(own + RIGHT), height = v128.load(own + HEIGHT);
  const s = f32x4.div(height, v128.load(own + WIDTH)), twice = f32x4.add(s, s);
  const perDenominator = f32x4.div(constant(ONE), multiplyAdd(f32x4.sub(f32x4.add(left, right), twice), product, s));
  const numerator = multiplyAdd(left, product, f32x4.mul(f32x4.mul(s, xi), xi));
  const unit = multiplyAdd(f32x4.mul(height, numerator), perDenominator, binStart(own, HEIGHTS_BEFORE, numBins));
  const z = multiplyAdd(unit, f32x4.splat(2 * bound), f32x4.splat(-bound)), inside = v128.load(own + INSIDE);
  v128.store(results, v128.bitselect(z, value, inside));
  const ratio = f32x4.mul(s, perDenominator);
  const ends = multiplyAdd(f32x4.mul(right, xi), xi, f32x4.mul(f32x4.mul(left, rest), rest));
  const slope = f32x4.mul(f32x4.mul(ratio, ratio), multiplyAdd(twice, product, ends));
  v128.store(results, v128.and(logarithmOfNormal(slope), inside), 16);
}
