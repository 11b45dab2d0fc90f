import { constant, magnitude, negativeMagnitude, SIGN } from "./constant";
import { exponentialOf, exponentialOfNegative, ONE } from "./exponential";
import { gatherLanes, indexedAddress, loadLanes, rowAddress, scatterLanes, storeLanes } from "./lanes";
import { logarithmOf, logarithmOnePlus } from "./logarithm";
import { multiplyAdd } from "./multiplyAdd";
import { softmaxTerms } from "./powerOfTwo";
import { lanesScratch } from "./scratch";

const HALF: usize = memory.data<f32>([0.5]);
const LEAST: usize = memory.data<f32>([-3.4028234663852886e38]);
const HALF_LOG_TWO_PI: usize = memory.data<f32>([0.9189385332046727]);

/**
 * Overwrites logDensity (one number a row) with log Σ w_k·f((x − mean_k)/scale_k)/scale_k, f the standard normal or logistic density,
 * and, unless dParams is 0, dx and dParams with its partial derivatives times `adjoint` (times 1 where that is 0).
 * Parameters of a row: K logits of weights, K means, K logarithms of scales.
 */
export function mixtureRows(
  x: usize, xStride: usize, params: usize, stride: usize, index: usize, logDensity: usize, densityStride: usize,
  adjoint: usize, adjointStride: usize, dx: usize, dxStride: usize, dParams: usize, dStride: usize,
  rows: i32, numComponents: i32, isLogistic: bool,
): void {
  const last = rows - 1, raw = lanesScratch, bytes = <usize>numComponents << 4;
  for (let row = 0; row < rows; row += 4) {
    gatherLanes(
      indexedAddress(params, stride, index, row, last), indexedAddress(params, stride, index, row + 1, last),
      indexedAddress(params, stride, index, row + 2, last), indexedAddress(params, stride, index, row + 3, last),
      3 * numComponents, raw,
    );
    const value = loadLanes(
      rowAddress(x, xStride, row, last), rowAddress(x, xStride, row + 1, last),
      rowAddress(x, xStride, row + 2, last), rowAddress(x, xStride, row + 3, last),
    );
    const terms = raw + 3 * bytes;
    fillTerms(value, raw, terms, bytes, isLogistic);
    const total = exponentiate(terms, bytes), weights = exponentiate(raw, bytes);
    const log = f32x4.sub(total, weights);
    storeLanes(
      isLogistic ? log : f32x4.sub(log, constant(HALF_LOG_TWO_PI)),
      rowAddress(logDensity, densityStride, row, last), rowAddress(logDensity, densityStride, row + 1, last),
      rowAddress(logDensity, densityStride, row + 2, last), rowAddress(logDensity, densityStride, row + 3, last),
    );
    if (!dParams) continue;
    const factor = adjoint
      ? loadLanes(
        rowAddress(adjoint, adjointStride, row, last), rowAddress(adjoint, adjointStride, row + 1, last),
        rowAddress(adjoint, adjointStride, row + 2, last), rowAddress(adjoint, adjointStride, row + 3, last),
      )
      : constant(ONE);
    storeLanes(
      pullBack(raw, terms, bytes, factor), rowAddress(dx, dxStride, row, last), rowAddress(dx, dxStride, row + 1, last),
      rowAddress(dx, dxStride, row + 2, last), rowAddress(dx, dxStride, row + 3, last),
    );
    scatterLanes(
      raw, 3 * numComponents, rowAddress(dParams, dStride, row, last), rowAddress(dParams, dStride, row + 1, last),
      rowAddress(dParams, dStride, row + 2, last), rowAddress(dParams, dStride, row + 3, last),
    );
  }
}

/**
 * Overwrites the K vectors at `terms` with logit + log f, the means at `raw` with the partial of log f in z, over the scale, and the
 * scales with that of log f/scale in the log-scale.
 */
function fillTerms(x: v128, raw: usize, terms: usize, bytes: usize, isLogistic: bool): void {
  const one = constant(ONE);
  for (let i: usize = 0; i < bytes; i += 16) {
    const mean = raw + bytes + i, scale = mean + bytes, logScale = v128.load(scale);
    const perScale = exponentialOf(f32x4.neg(logScale));
    const z = f32x4.mul(f32x4.sub(x, v128.load(mean)), perScale);
    const height = f32x4.sub(v128.load(raw + i), logScale);
    let slope: v128;
    if (isLogistic) {
      const e = exponentialOfNegative(negativeMagnitude(z));
      const steepness = f32x4.div(f32x4.sub(e, one), f32x4.add(e, one));
      slope = v128.xor(steepness, v128.and(z, constant(SIGN)));
      const log = logarithmOnePlus(e);
      v128.store(terms + i, f32x4.sub(f32x4.sub(height, magnitude(z)), f32x4.add(log, log)));
    } else {
      slope = f32x4.neg(z);
      v128.store(terms + i, f32x4.sub(height, f32x4.mul(f32x4.mul(z, z), constant(HALF))));
    }
    v128.store(mean, f32x4.mul(slope, perScale));
    v128.store(scale, multiplyAdd(slope, z, one));
  }
}

/** Overwrites the vectors with their softmax and returns log Σ e^v: −∞ where all are. */
function exponentiate(at: usize, bytes: usize): v128 {
  let most = constant(LEAST);
  for (let i: usize = 0; i < bytes; i += 16) most = f32x4.pmax(most, v128.load(at + i));
  const sum = softmaxTerms(at, at, bytes, most);
  const factor = f32x4.div(constant(ONE), sum);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(at + i, f32x4.mul(v128.load(at + i), factor));
  return f32x4.add(most, logarithmOf(sum));
}

/** Overwrites `raw` with the gradients in the parameters; returns that in x. */
function pullBack(raw: usize, terms: usize, bytes: usize, factor: v128): v128 {
  let dx = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const mean = raw + bytes + i, scale = mean + bytes;
    const responsibility = f32x4.mul(factor, v128.load(terms + i));
    v128.store(raw + i, f32x4.sub(responsibility, f32x4.mul(factor, v128.load(raw + i))));
    const pulled = f32x4.mul(responsibility, v128.load(mean));
    v128.store(mean, f32x4.neg(pulled));
    v128.store(scale, f32x4.neg(f32x4.mul(responsibility, v128.load(scale))));
    dx = f32x4.add(dx, pulled);
  }
  return dx;
}
