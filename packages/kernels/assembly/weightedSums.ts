/** The product of two floats at each address, and the two beside them, in float64. */
// @ts-ignore: decorator
@inline
function productOfTwo(a: usize, b: usize): v128 {
  return f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(a)), f64x2.promote_low_f32x4(v128.load64_zero(b)));
}

/**
 * Overwrites the double of each row at `out` with start + Σ x·w over `inputs` columns, rounded up to a multiple of 8. A product of two
 * floats is exact in float64: only the sums round.
 */
export function weightedSums(x: usize, xStride: usize, w: usize, start: f64, out: usize, rows: i32, inputs: i32): void {
  const end = w + (<usize>((inputs + 7) & ~7) << 2);
  for (; rows > 0; rows--, x += xStride, out += 8) {
    let a = f64x2.splat(0), b = a, c = a, d = a, from = x;
    for (let at = w; at < end; at += 32, from += 32) {
      a = f64x2.add(a, productOfTwo(from, at));
      b = f64x2.add(b, productOfTwo(from + 8, at + 8));
      c = f64x2.add(c, productOfTwo(from + 16, at + 16));
      d = f64x2.add(d, productOfTwo(from + 24, at + 24));
    }
    const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
    store<f64>(out, start + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
  }
}
