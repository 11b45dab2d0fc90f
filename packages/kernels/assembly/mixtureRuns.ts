import { constant } from "./constant";
import { exponentialOf, exponentialOfNegative, ONE } from "./exponential";
import { firstLanes, loadLanes, rowAddress, storeLanes, sumOfLanes } from "./lanes";
import { logarithmOf } from "./logarithm";
import { multiplyAdd } from "./multiplyAdd";
import { softmaxTerms } from "./powerOfTwo";
import { lanesScratch } from "./scratch";
import { logSumExp } from "./softmax";

const HALF: usize = memory.data<f32>([0.5]);
const LEAST: usize = memory.data<f32>([-3.4028234663852886e38]);
const HALF_LOG_TWO_PI: f32 = 0.9189385332046727;
/** Quads whose partial derivatives are summed in float32 before the sums move to float64. */
const QUADS: i32 = 32;

// The scratch, for one row of parameters of K components: four rows of K floats (padded to vectors), then vectors of K
// components each, then 3K sums of a run in float64.
// @ts-ignore: decorator
@inline
function floatBytes(numComponents: i32): usize {
  return <usize>((numComponents + 3) & ~3) << 2;
}
// @ts-ignore: decorator
@inline
function weightsAt(): usize { return lanesScratch; }
// @ts-ignore: decorator
@inline
function meansAt(K: i32): usize { return lanesScratch + floatBytes(K); }
// @ts-ignore: decorator
@inline
function perScalesAt(K: i32): usize { return lanesScratch + 2 * floatBytes(K); }
// @ts-ignore: decorator
@inline
function heightsAt(K: i32): usize { return lanesScratch + 3 * floatBytes(K); }
// @ts-ignore: decorator
@inline
function termsAt(K: i32): usize { return lanesScratch + 4 * floatBytes(K); }
// @ts-ignore: decorator
@inline
function scoresAt(K: i32): usize { return termsAt(K) + (<usize>K << 4); }
// @ts-ignore: decorator
@inline
function sumsAt(K: i32): usize { return termsAt(K) + (<usize>K << 5); }
// @ts-ignore: decorator
@inline
function totalsAt(K: i32): usize { return termsAt(K) + <usize>K * 80; }

/** What all x of a row share: weights, means, reciprocal scales, and the log-heights log(w_k / (scale_k √2π)). */
function readParameters(params: usize, K: i32): void {
  const bytes = <usize>K << 2;
  const total = logSumExp(params, K);
  const shift = f32x4.splat(total), normaliser = f32x4.splat(total + HALF_LOG_TWO_PI);
  for (let i: usize = 0; i < bytes; i += 16) {
    const logit = v128.load(params + i), logScale = v128.load(params + 2 * bytes + i);
    v128.store(weightsAt() + i, exponentialOfNegative(f32x4.sub(logit, shift)));
    v128.store(meansAt(K) + i, v128.load(params + bytes + i));
    v128.store(perScalesAt(K) + i, exponentialOf(f32x4.neg(logScale)));
    v128.store(heightsAt(K) + i, f32x4.sub(f32x4.sub(logit, logScale), normaliser));
  }
}

/** Overwrites scores with z of four x, and terms with their log-heights: returns the largest of each lane. */
function fillTerms(x: v128, K: i32): v128 {
  const means = meansAt(K), perScales = perScalesAt(K), heights = heightsAt(K), terms = termsAt(K), scores = scoresAt(K);
  const half = constant(HALF);
  let most = constant(LEAST);
  for (let k = 0; k < K; k++) {
    const at = <usize>k << 2, to = <usize>k << 4;
    const z = f32x4.mul(f32x4.sub(x, v128.load32_splat(means + at)), v128.load32_splat(perScales + at));
    const term = f32x4.sub(v128.load32_splat(heights + at), f32x4.mul(f32x4.mul(z, z), half));
    v128.store(scores + to, z);
    v128.store(terms + to, term);
    most = f32x4.pmax(most, term);
  }
  return most;
}

// @ts-ignore: decorator
@inline
function loadQuad(from: usize, stride: usize, row: i32, last: i32): v128 {
  return loadLanes(
    rowAddress(from, stride, row, last), rowAddress(from, stride, row + 1, last),
    rowAddress(from, stride, row + 2, last), rowAddress(from, stride, row + 3, last),
  );
}

// @ts-ignore: decorator
@inline
function storeQuad(v: v128, to: usize, stride: usize, row: i32, last: i32): void {
  storeLanes(
    v, rowAddress(to, stride, row, last), rowAddress(to, stride, row + 1, last),
    rowAddress(to, stride, row + 2, last), rowAddress(to, stride, row + 3, last),
  );
}

/** The first row after `row` whose index differs. */
function endOfRun(index: usize, row: i32, rows: i32): i32 {
  const own = load<u32>(index + (<usize>row << 2));
  do row++; while (row < rows && load<u32>(index + (<usize>row << 2)) == own);
  return row;
}

/**
 * Overwrites logDensity with log Σ w_k·φ((x − mean_k)/scale_k)/scale_k, the parameters being those of row index[i]: K logits, K means,
 * K logarithms of scales. Runs of equal indices read their parameters once.
 */
export function mixtureRuns(
  x: usize, xStride: usize, params: usize, stride: usize, index: usize, logDensity: usize, densityStride: usize,
  rows: i32, numComponents: i32,
): void {
  const terms = termsAt(numComponents), bytes = <usize>numComponents << 4;
  for (let first = 0; first < rows;) {
    const end = endOfRun(index, first, rows), last = end - 1;
    readParameters(params + <usize>load<u32>(index + (<usize>first << 2)) * stride, numComponents);
    for (let row = first; row < end; row += 4) {
      const most = fillTerms(loadQuad(x, xStride, row, last), numComponents);
      const sum = softmaxTerms(terms, terms, bytes, most);
      storeQuad(f32x4.add(most, logarithmOf(sum)), logDensity, densityStride, row, last);
    }
    first = end;
  }
}

/**
 * Overwrites dx with adjoint · ∂logDensity/∂x, and ADDS adjoint · ∂logDensity/∂params to row index[i] of dParams. Sums of runs are
 * in float64.
 */
export function mixtureRunsGradient(
  x: usize, xStride: usize, params: usize, stride: usize, index: usize, adjoint: usize, adjointStride: usize,
  dx: usize, dxStride: usize, dParams: usize, dStride: usize, rows: i32, numComponents: i32,
): void {
  const sums = sumsAt(numComponents), totals = totalsAt(numComponents);
  for (let first = 0; first < rows;) {
    const end = endOfRun(index, first, rows), last = end - 1;
    const owner = <usize>load<u32>(index + (<usize>first << 2));
    readParameters(params + owner * stride, numComponents);
    memory.fill(sums, 0, <usize>numComponents * 48 + <usize>numComponents * 24);
    for (let row = first, quads = 0; row < end; row += 4) {
      const weight = v128.and(loadQuad(adjoint, adjointStride, row, last), firstLanes(min(4, end - row)));
      // Without a weight x may be anything: 0 · ∞ would spoil the sums of the run.
      const weighed = v128.and(loadQuad(x, xStride, row, last), f32x4.ne(weight, f32x4.splat(0)));
      const pulled = pullQuad(weighed, weight, numComponents);
      storeSome(pulled, dx, dxStride, row, end);
      if (++quads % QUADS == 0) flush(sums, totals, numComponents);
    }
    flush(sums, totals, numComponents);
    addRun(totals, dParams + owner * dStride, numComponents);
    first = end;
  }
}

/** Adds the partials of four x, times their weights, to the sums; returns those in x. */
function pullQuad(x: v128, weight: v128, K: i32): v128 {
  const terms = termsAt(K), scores = scoresAt(K), perScales = perScalesAt(K);
  const bytes = <usize>K << 4, one = constant(ONE);
  const most = fillTerms(x, K);
  const factor = f32x4.div(weight, softmaxTerms(terms, terms, bytes, most));
  let ofLogit = sumsAt(K), dx = f32x4.splat(0);
  for (let k = 0; k < K; k++, ofLogit += 16) {
    const at = <usize>k << 4, ofMean = ofLogit + bytes, ofScale = ofMean + bytes;
    const z = v128.load(scores + at);
    const responsibility = f32x4.mul(factor, v128.load(terms + at)), pull = f32x4.mul(responsibility, z);
    v128.store(ofLogit, f32x4.add(v128.load(ofLogit), responsibility));
    v128.store(ofMean, f32x4.add(v128.load(ofMean), pull));
    v128.store(ofScale, multiplyAdd(responsibility, f32x4.sub(f32x4.mul(z, z), one), v128.load(ofScale)));
    dx = f32x4.sub(dx, f32x4.mul(pull, v128.load32_splat(perScales + (<usize>k << 2))));
  }
  return dx;
}

/** Stores the lanes of rows before `end`. */
function storeSome(v: v128, to: usize, stride: usize, row: i32, end: i32): void {
  const last = end - 1;
  if (row + 3 <= last) {
    storeQuad(v, to, stride, row, last);
    return;
  }
  v128.store_lane<f32>(to + <usize>row * stride, v, 0);
  if (row + 1 <= last) v128.store_lane<f32>(to + <usize>(row + 1) * stride, v, 1);
  if (row + 2 <= last) v128.store_lane<f32>(to + <usize>(row + 2) * stride, v, 2);
}

/** Moves the sums of lanes to the totals. */
function flush(sums: usize, totals: usize, K: i32): void {
  for (let end = sums + <usize>K * 48; sums < end; sums += 16, totals += 8) {
    store<f64>(totals, load<f64>(totals) + sumOfLanes(v128.load(sums)));
    v128.store(sums, f32x4.splat(0));
  }
}

/** ADDS the totals of a run, Σ r_k, Σ r_k z and Σ r_k (z² − 1), to the gradient as those in logits, means and log-scales. */
function addRun(totals: usize, to: usize, K: i32): void {
  let all: f64 = 0;
  for (let k = 0; k < K; k++) all += load<f64>(totals + (<usize>k << 3));
  for (let k = 0; k < K; k++) {
    const at = <usize>k << 2, ofLogit = totals + (<usize>k << 3);
    const ofMean = ofLogit + (<usize>K << 3), ofScale = ofMean + (<usize>K << 3);
    addTo(to + at, load<f64>(ofLogit) - all * <f64>load<f32>(weightsAt() + at));
    addTo(to + at + (<usize>K << 2), load<f64>(ofMean) * <f64>load<f32>(perScalesAt(K) + at));
    addTo(to + at + (<usize>K << 3), load<f64>(ofScale));
  }
}

// @ts-ignore: decorator
@inline
function addTo(at: usize, value: f64): void {
  store<f32>(at, <f32>(<f64>load<f32>(at) + value));
}
