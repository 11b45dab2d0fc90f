/** The largest of `count` indices as an unsigned number, so that a negative one shows. */
export function largestIndex(index: usize, count: i32): u32 {
  let most: u32 = 0;
  for (const end = index + (<usize>count << 2); index < end; index += 4) most = max(most, load<u32>(index));
  return most;
}

/** Overwrites `width` bytes (a multiple of 32) of row i of y with those of row index[i] of `base`. */
export function copyRows(
  base: usize, baseStride: usize, index: usize, y: usize, yStride: usize, rows: i32, width: usize,
): void {
  for (; rows > 0; rows--, index += 4, y += yStride) {
    const from = base + <usize>load<u32>(index) * baseStride;
    for (let j: usize = 0; j < width; j += 32) {
      v128.store(y + j, v128.load(from + j));
      v128.store(y + j, v128.load(from + j, 16), 16);
    }
  }
}

/**
 * ADDS row i of dy to row index[i] of dBase, `width` bytes (a multiple of 16). A run of equal indices is summed in
 * float64, so that sorted indices make the error of an element independent of the number of rows.
 */
export function addRows(
  dy: usize, dyStride: usize, index: usize, dBase: usize, baseStride: usize, rows: i32, width: usize,
): void {
  const end = index + (<usize>rows << 2);
  while (index < end) {
    const row = load<u32>(index);
    const first = dy;
    do { index += 4; dy += dyStride; } while (index < end && load<u32>(index) == row);
    addRun(first, dyStride, dy, dBase + <usize>row * baseStride, width);
  }
}

/** ADDS the rows from `first` until `last` to the row `to`. */
function addRun(first: usize, stride: usize, last: usize, to: usize, width: usize): void {
  if (first + stride == last) {
    // The sum of two floats rounds once, in float64 or not.
    for (let j: usize = 0; j < width; j += 16) v128.store(to + j, f32x4.add(v128.load(to + j), v128.load(first + j)));
    return;
  }
  for (let j: usize = 0; j < width; j += 16) {
    const before = v128.load(to + j);
    let low = f64x2.promote_low_f32x4(before), high = f64x2.promote_low_f32x4(v128.shuffle<f32>(before, before, 2, 3, 2, 3));
    for (let from = first; from < last; from += stride) {
      const v = v128.load(from + j);
      low = f64x2.add(low, f64x2.promote_low_f32x4(v));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
    }
    v128.store(to + j, v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
  }
}

/** ADDS factor[i] times row i of dy to row index[i] of dBase; otherwise `addRows`. The products round to float32. */
export function addScaledRows(
  dy: usize, dyStride: usize, factor: usize, factorStride: usize, index: usize, dBase: usize, baseStride: usize,
  rows: i32, width: usize,
): void {
  const end = index + (<usize>rows << 2);
  while (index < end) {
    const row = load<u32>(index), first = dy, firstFactor = factor;
    do { index += 4; dy += dyStride; factor += factorStride; } while (index < end && load<u32>(index) == row);
    const to = dBase + <usize>row * baseStride;
    for (let j: usize = 0; j < width; j += 16) {
      addScaledRun(first + j, dyStride, firstFactor, factorStride, dy + j, to + j);
    }
  }
}

/** ADDS four columns of the rows from `from` until `last` to `to`. */
function addScaledRun(from: usize, stride: usize, factor: usize, factorStride: usize, last: usize, to: usize): void {
  const before = v128.load(to);
  let low = f64x2.promote_low_f32x4(before), high = f64x2.promote_low_f32x4(v128.shuffle<f32>(before, before, 2, 3, 2, 3));
  for (; from < last; from += stride, factor += factorStride) {
    const v = f32x4.mul(v128.load(from), v128.load32_splat(factor));
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)));
  }
  v128.store(to, v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
}
