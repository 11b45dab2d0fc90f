/** Bytes from one array of components to the next: float64, padded to pairs. */
// @ts-ignore: decorator
@inline
export function componentBytes(numComponents: i32): usize {
  return <usize>((numComponents + 1) & ~1) << 3;
}

/**
 * A mixture at one θ row: arrays of weights, centers, slopes (√(log₂ e / 2) / standard deviation) and center − location, each
 * `componentBytes` long, then the scale and a pad. An odd number of components repeats the last with weight 0.
 */
// @ts-ignore: decorator
@inline
export function mixtureBytes(components: usize): usize {
  return (components << 2) + 16;
}
