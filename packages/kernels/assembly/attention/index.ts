/**
 * Attention within groups of rows: each group has `numQueries` queries and `numKeys` keys, and `heads` heads of `width` columns (a
 * multiple of 4) beside one another. Weights of query i in head h of group g are row (g·heads + h)·numQueries + i. Keys of group g
 * are those of row rowOf[g], or of g itself where rowOf is 0. Strides are bytes.
 */

// @ts-ignore: decorator
@inline
function keysOf(keys: usize, stride: usize, numKeys: i32, rowOf: usize, group: i32): usize {
  const row = rowOf == 0 ? <u32>group : load<u32>(rowOf + (<usize>group << 2));
  return keys + <usize>row * <usize>numKeys * stride;
}

/** ADDS factor · query·key to the scores. */
export function attentionScores(
  queries: usize, queryStride: usize, numQueries: i32, keys: usize, keyStride: usize, numKeys: i32, rowOf: usize,
  heads: i32, width: usize, factor: f32, scores: usize, scoreStride: usize, groups: i32,
): void {
  const bytes = width << 2;
  for (let g = 0; g < groups; g++) {
    const ownKeys = keysOf(keys, keyStride, numKeys, rowOf, g);
    for (let h = 0; h < heads; h++) {
      const column = <usize>h * bytes;
      let query = queries + <usize>(g * numQueries) * queryStride + column;
      for (let i = 0; i < numQueries; i++, query += queryStride, scores += scoreStride) {
        scoreKeys(query, ownKeys + column, keyStride, numKeys, bytes, factor, scores);
      }
    }
  }
}

/** One query against all keys, four at a time. */
function scoreKeys(
  query: usize, keys: usize, stride: usize, numKeys: i32, bytes: usize, factor: f32, scores: usize,
): void {
  let j = 0;
  for (; j + 4 <= numKeys; j += 4, keys += stride << 2, scores += 16) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    for (let at: usize = 0; at < bytes; at += 16) {
      const q = v128.load(query + at);
      const key = keys + at;
      a = f32x4.add(a, f32x4.mul(q, v128.load(key)));
      b = f32x4.add(b, f32x4.mul(q, v128.load(key + stride)));
      c = f32x4.add(c, f32x4.mul(q, v128.load(key + (stride << 1))));
      d = f32x4.add(d, f32x4.mul(q, v128.load(key + stride * 3)));
    }
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 1, 4, 5), v128.shuffle<f32>(c, d, 2, 3, 6, 7));
    const sums = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
    v128.store(scores, f32x4.add(v128.load(scores), f32x4.mul(f32x4.splat(factor), sums)));
  }
  for (; j < numKeys; j++, keys += stride, scores += 4) {
    let a = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) a = f32x4.add(a, f32x4.mul(v128.load(query + at), v128.load(keys + at)));
    // In the order of the four above: a key's score does not depend on its place.
    const low = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 2);
    const high = f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 3);
    store<f32>(scores, load<f32>(scores) + factor * (low + high));
  }
}

/** ADDS factor · Σ_s weight(t, s) · source_s to target_t; weights stand `outer` bytes apart for targets, `inner` for sources. */
// @ts-ignore: decorator
@inline
function blend(
  weights: usize, outer: usize, inner: usize, sources: usize, sourceStride: usize, numSources: i32,
  targets: usize, targetStride: usize, numTargets: i32, bytes: usize, factor: f32,
): void {
  for (let t = 0; t < numTargets; t++, weights += outer, targets += targetStride) {
    for (let at: usize = 0; at < bytes; at += 16) {
      let sum = f32x4.splat(0);
      let weight = weights, source = sources + at;
      for (let s = 0; s < numSources; s++, weight += inner, source += sourceStride) {
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weight), v128.load(source)));
      }
      const target = targets + at;
      v128.store(target, f32x4.add(v128.load(target), f32x4.mul(f32x4.splat(factor), sum)));
    }
  }
}

/** ADDS factor · Σ_j weight_ij · value_j to the result of query i. */
export function attentionMixture(
  weights: usize, weightStride: usize, values: usize, valueStride: usize, numKeys: i32, rowOf: usize,
  results: usize, resultStride: usize, numQueries: i32, heads: i32, width: usize, factor: f32, groups: i32,
): void {
  const bytes = width << 2;
  for (let g = 0; g < groups; g++) {
    const ownValues = keysOf(values, valueStride, numKeys, rowOf, g);
    const own = results + <usize>(g * numQueries) * resultStride;
    for (let h = 0; h < heads; h++, weights += <usize>numQueries * weightStride) {
      const column = <usize>h * bytes;
      blend(
        weights, weightStride, 4, ownValues + column, valueStride, numKeys, own + column, resultStride, numQueries, bytes, factor,
      );
    }
  }
}

/** ADDS factor · Σ_i weight_ij · x_i to key j. */
export function attentionSpread(
  weights: usize, weightStride: usize, keys: usize, keyStride: usize, numKeys: i32, rowOf: usize,
  x: usize, xStride: usize, numQueries: i32, heads: i32, width: usize, factor: f32, groups: i32,
): void {
  const bytes = width << 2;
  for (let g = 0; g < groups; g++) {
    const ownKeys = keysOf(keys, keyStride, numKeys, rowOf, g);
    const own = x + <usize>(g * numQueries) * xStride;
    for (let h = 0; h < heads; h++, weights += <usize>numQueries * weightStride) {
      const column = <usize>h * bytes;
      blend(weights, 4, weightStride, own + column, xStride, numQueries, ownKeys + column, keyStride, numKeys, bytes, factor);
    }
  }
}
