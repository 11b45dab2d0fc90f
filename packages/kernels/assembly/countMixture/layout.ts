/** Bytes from one array of components to the next: float64, padded to pairs. */
// @ts-ignore: decorator
@inline
export function componentBytes(numComponents: i32): usize {
  return <usize>((numComponents + 1) & ~1) << 3;
}

/**
 * A mixture at one θ row: the arrays of weights and of slopes (√(log₂ e / 2) / standard deviation), the scale twice, then
 * the arrays of centers and of center − location, and a pad of 16 bytes. An odd number of components repeats the last
 * with weight 0.
 */
// @ts-ignore: decorator
@inline
export function mixtureBytes(components: usize): usize {
  return (components << 2) + 32;
}

// @ts-ignore: decorator
@inline
export function slopes(mixture: usize, components: usize): usize {
  return mixture + components;
}

// @ts-ignore: decorator
@inline
export function scales(mixture: usize, components: usize): usize {
  return mixture + (components << 1);
}

// @ts-ignore: decorator
@inline
export function centers(mixture: usize, components: usize): usize {
  return mixture + (components << 1) + 16;
}

// @ts-ignore: decorator
@inline
export function relativeCenters(mixture: usize, components: usize): usize {
  return mixture + 3 * components + 16;
}
