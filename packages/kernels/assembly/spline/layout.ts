/**
 * What `splineForward` keeps of four rows, in vectors: the K probabilities of the widths, the K of the heights, then these.
 * Probabilities are softmaxes of the raw parameters; `before` means summed over the bins left of the row's own.
 */
export const BIN: usize = 0, INSIDE: usize = 16, POSITION: usize = 32, WIDTH: usize = 48, HEIGHT: usize = 64;
export const LEFT: usize = 80, RIGHT: usize = 96, LEFT_SLOPE: usize = 112, RIGHT_SLOPE: usize = 128;
export const WIDTHS_BEFORE: usize = 144, WIDTH_PROBABILITY: usize = 160;
export const HEIGHTS_BEFORE: usize = 176, HEIGHT_PROBABILITY: usize = 192;
const VECTORS: i32 = 13;

/** Bytes of the state of four rows. */
// @ts-ignore: decorator
@inline
export function stateBytes(numBins: i32): usize {
  return <usize>(2 * numBins + VECTORS) << 4;
}
