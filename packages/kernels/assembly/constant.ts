/**
 * A constant of `memory.data<f32>([value])` in all lanes. Engines build a vector constant from integer registers at each
 * use; a spreading load is one instruction.
 */
// @ts-ignore: decorator
@inline
export function constant(address: usize): v128 {
  return v128.load32_splat(address);
}

/** The sign bit. Engines build the masks of f32x4.abs and f32x4.neg anew at each use; this one is loaded. */
export const SIGN: usize = memory.data<f32>([-0.0]);

/** |x|. */
// @ts-ignore: decorator
@inline
export function magnitude(x: v128): v128 {
  return v128.andnot(x, constant(SIGN));
}

/** −|x|. */
// @ts-ignore: decorator
@inline
export function negativeMagnitude(x: v128): v128 {
  return v128.or(x, constant(SIGN));
}
