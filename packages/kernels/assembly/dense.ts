import { activateRows, activateRowsGradient } from "./activation";
import { copyRows } from "./indexedRows";
import { product } from "./product";

/** Rows that share a panel of weights, and whose values await their activation, in the first-level cache. */
const ROW_BLOCK: i32 = 64;

/** Bytes of a row of `columns` float32 elements, padded to 8. */
// @ts-ignore: decorator
@inline
function widthOf(columns: i32): usize {
  return <usize>((columns + 7) & ~7) << 2;
}

/**
 * Overwrites z (rows × outputs) with x·w plus the row of `base` that `index` says, or plus the row `base` itself where
 * `index` is 0, or plus nothing where both are; and y with the activation of z, unless `kind` is 0. y may be z. `spans`: see `product`.
 */
export function denseForward(
  x: usize, xStride: usize, w: usize, wStride: usize, spans: usize, base: usize, baseStride: usize, index: usize,
  z: usize, zStride: usize, y: usize, yStride: usize, rows: i32, inputs: i32, outputs: i32, kind: i32,
): void {
  const width = widthOf(outputs);
  for (let first = 0; first < rows; first += ROW_BLOCK) {
    const block = min(ROW_BLOCK, rows - first), skipped = <usize>first;
    const from = x + skipped * xStride, to = z + skipped * zStride;
    if (index) {
      copyRows(base, baseStride, index + (skipped << 2), to, zStride, block, width);
      product(from, xStride, w, wStride, spans, to, zStride, to, zStride, block, inputs, outputs);
    } else product(from, xStride, w, wStride, spans, base, 0, to, zStride, block, inputs, outputs);
    if (kind) activateRows(kind, to, zStride, y + skipped * yStride, yStride, block, width);
  }
}

/**
 * Overwrites dx (rows × inputs) with dy·wᵀ, or ADDS it; then, unless `kind` is 0, multiplies it by the derivative of the
 * activation that made x: `z` and `y` are its argument and value, of which it reads one. `wt` is outputs × inputs, `spans` are those of its weights.
 */
export function denseBackwardInput(
  dy: usize, dyStride: usize, wt: usize, wtStride: usize, spans: usize, dx: usize, dxStride: usize, isAdding: bool,
  z: usize, zStride: usize, y: usize, yStride: usize, rows: i32, inputs: i32, outputs: i32, kind: i32,
): void {
  const width = widthOf(inputs);
  for (let first = 0; first < rows; first += ROW_BLOCK) {
    const block = min(ROW_BLOCK, rows - first), skipped = <usize>first;
    const to = dx + skipped * dxStride;
    const from = dy + skipped * dyStride;
    product(from, dyStride, wt, wtStride, spans, isAdding ? to : 0, dxStride, to, dxStride, block, outputs, inputs);
    if (!kind) continue;
    const zBlock = z + skipped * zStride, yBlock = y + skipped * yStride;
    activateRowsGradient(kind, zBlock, zStride, yBlock, yStride, to, dxStride, to, dxStride, block, width);
  }
}
