/** Overwrites y with max(z, 0); NaN stays NaN. */
export function relu(z: usize, y: usize, length: i32): void {
  const bytes = <usize>length << 2, zero = f32x4.splat(0);
  // pmax returns its first argument when it is NaN.
  for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, f32x4.pmax(v128.load(z + i), zero));
}

/** Overwrites dz with dy·[y > 0], so 0 at z = 0; NaN where y is NaN. z is not read. */
export function reluGradient(z: usize, y: usize, dy: usize, dz: usize, length: i32): void {
  const bytes = <usize>length << 2, one = f32x4.splat(1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(y + i);
    // y is 0 (then it is the slope), positive (1) or NaN (NaN).
    const slope = v128.bitselect(one, value, f32x4.gt(value, f32x4.splat(0)));
    v128.store(dz + i, f32x4.mul(v128.load(dy + i), slope));
  }
}

/** Overwrites `slope` with [y > 0], so 0 at z = 0; NaN where y is NaN. */
export function reluSlope(y: usize, slope: usize, length: i32): void {
  const bytes = <usize>length << 2, one = f32x4.splat(1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.load(y + i);
    v128.store(slope + i, v128.bitselect(one, value, f32x4.gt(value, f32x4.splat(0))));
  }
}
