/**
 * Kernels of rows work on four rows at a time, one in each lane of a vector. Rows whose number is not a multiple of four
 * end with a quad that repeats the last row: it is computed, and written, more than once.
 */

/** The address of row min(row, last). */
// @ts-ignore: decorator
@inline
export function rowAddress(base: usize, stride: usize, row: i32, last: i32): usize {
  return base + <usize>min(row, last) * stride;
}

/** The address of the row of parameters that belongs to row min(row, last): row index[…] where there is an index. */
// @ts-ignore: decorator
@inline
export function indexedAddress(base: usize, stride: usize, index: usize, row: i32, last: i32): usize {
  const own = <usize>min(row, last);
  return base + (index ? <usize>load<u32>(index + (own << 2)) : own) * stride;
}

/** One float from each of four addresses. */
// @ts-ignore: decorator
@inline
export function loadLanes(a: usize, b: usize, c: usize, d: usize): v128 {
  let v = v128.load32_zero(a);
  v = v128.load_lane<f32>(b, v, 1);
  v = v128.load_lane<f32>(c, v, 2);
  return v128.load_lane<f32>(d, v, 3);
}

/** One lane to each of four addresses. */
// @ts-ignore: decorator
@inline
export function storeLanes(v: v128, a: usize, b: usize, c: usize, d: usize): void {
  v128.store_lane<f32>(a, v, 0);
  v128.store_lane<f32>(b, v, 1);
  v128.store_lane<f32>(c, v, 2);
  v128.store_lane<f32>(d, v, 3);
}

/**
 * Overwrites `count` vectors from `to` on, and up to three more, with the elements of four rows: vector k has element k
 * of each. Up to three elements after the rows are read.
 */
export function gatherLanes(a: usize, b: usize, c: usize, d: usize, count: i32, to: usize): void {
  const bytes = <usize>count << 2;
  for (let i: usize = 0; i < bytes; i += 16, to += 64) {
    const va = v128.load(a + i), vb = v128.load(b + i), vc = v128.load(c + i), vd = v128.load(d + i);
    const ab0 = v128.shuffle<f32>(va, vb, 0, 4, 1, 5), ab1 = v128.shuffle<f32>(va, vb, 2, 6, 3, 7);
    const cd0 = v128.shuffle<f32>(vc, vd, 0, 4, 1, 5), cd1 = v128.shuffle<f32>(vc, vd, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
    v128.store(to, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), 16);
    v128.store(to, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), 32);
    v128.store(to, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), 48);
  }
}

/** Overwrites `count` elements of four rows with those of the vectors from `from` on; nothing after them is touched. */
export function scatterLanes(from: usize, count: i32, a: usize, b: usize, c: usize, d: usize): void {
  const bytes = <usize>(count & ~3) << 2;
  let i: usize = 0;
  for (; i < bytes; i += 16, from += 64) {
    const v0 = v128.load(from), v1 = v128.load(from, 16), v2 = v128.load(from, 32), v3 = v128.load(from, 48);
    const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    v128.store(a + i, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    v128.store(b + i, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
    v128.store(c + i, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    v128.store(d + i, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
  }
  for (const end = <usize>count << 2; i < end; i += 4, from += 16) storeLanes(v128.load(from), a + i, b + i, c + i, d + i);
}

const masks: usize = memory.data<i32>([-1, -1, -1, -1, 0, 0, 0, 0]);

/** The lanes of which `count` (1 to 4) are wanted: all bits of those. */
// @ts-ignore: decorator
@inline
export function firstLanes(count: i32): v128 {
  return v128.load(masks + ((<usize>(4 - count)) << 2));
}

/** In float64. */
// @ts-ignore: decorator
@inline
export function sumOfLanes(v: v128): f64 {
  const pairs = f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}
