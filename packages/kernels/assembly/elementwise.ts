/** The sum of squares in float64: each square is exact there, only the additions round. */
export function sumOfSquares(values: usize, length: i32): f64 {
  let low = f64x2.splat(0), high = low;
  const tiled = values + (<usize>(length & ~3) << 2), end = values + (<usize>length << 2);
  for (; values < tiled; values += 16) {
    const v = v128.load(values);
    const a = f64x2.promote_low_f32x4(v), b = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; values < end; values += 4) {
    const v = <f64>load<f32>(values);
    sum += v * v;
  }
  return sum;
}

/** Multiplies every value by `factor`, in place. */
export function scale(values: usize, factor: f32, length: i32): void {
  const f = f32x4.splat(factor), end = values + (<usize>length << 2);
  for (; values < end; values += 16) v128.store(values, f32x4.mul(v128.load(values), f));
}

/** Overwrites `result` with a·b; it may be either. */
export function multiply(a: usize, b: usize, result: usize, length: i32): void {
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) v128.store(result + i, f32x4.mul(v128.load(a + i), v128.load(b + i)));
}

/** ADDS factor·x to y. */
export function addScaled(x: usize, factor: f32, y: usize, length: i32): void {
  const f = f32x4.splat(factor), bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, f32x4.add(v128.load(y + i), f32x4.mul(f, v128.load(x + i))));
}

/** Moves `average` to values by a share: average + share·(values − average). */
export function moveAverage(average: usize, values: usize, share: f32, length: i32): void {
  const f = f32x4.splat(share), bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const old = v128.load(average + i);
    v128.store(average + i, f32x4.add(old, f32x4.mul(f, f32x4.sub(v128.load(values + i), old))));
  }
}
