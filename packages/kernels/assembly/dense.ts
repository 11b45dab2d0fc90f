import { rowBytes } from "./layout";
import { multiplyAdd } from "./multiplyAdd";

/** Rows that share a panel of weights while it is in the first-level cache. */
const ROW_BLOCK: i32 = 64;
/** Stands in for a missing bias: 32 zeros. */
const zeros: usize = memory.data(128, 16);

/**
 * Eight columns of y from `y` to `yEnd`, four rows at a time: eight accumulators, two weights, a spread input and a
 * product fit the 16 vector registers of x64. Engines move the loads of a basic block to its front, which would spill
 * registers in an unrolled loop; the exit after each step keeps the steps apart, and takes any depth ≥ 1.
 */
function panel(x: usize, xStride: usize, w: usize, wStride: usize, bias: usize, y: usize, yEnd: usize, depth: i32): void {
  const wStart = w, wEnd = w + <usize>depth * wStride;
  while (y < yEnd) {
    let x0 = x, x1 = x0 + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
    let c00 = v128.load(bias), c01 = v128.load(bias, 16);
    let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
    w = wStart;
    while (true) {
      let w0 = v128.load(w), w1 = v128.load(w, 16);
      let s = v128.load32_splat(x0);
      c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
      s = v128.load32_splat(x1);
      c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
      s = v128.load32_splat(x2);
      c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
      s = v128.load32_splat(x3);
      c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);
      if ((w += wStride) == wEnd) break;
      w0 = v128.load(w); w1 = v128.load(w, 16);
      s = v128.load32_splat(x0, 4);
      c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
      s = v128.load32_splat(x1, 4);
      c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
      s = v128.load32_splat(x2, 4);
      c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
      s = v128.load32_splat(x3, 4);
      c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);
      if ((w += wStride) == wEnd) break;
      w0 = v128.load(w); w1 = v128.load(w, 16);
      s = v128.load32_splat(x0, 8);
      c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
      s = v128.load32_splat(x1, 8);
      c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
      s = v128.load32_splat(x2, 8);
      c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
      s = v128.load32_splat(x3, 8);
      c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);
      if ((w += wStride) == wEnd) break;
      w0 = v128.load(w); w1 = v128.load(w, 16);
      s = v128.load32_splat(x0, 12);
      c00 = multiplyAdd(s, w0, c00); c01 = multiplyAdd(s, w1, c01);
      s = v128.load32_splat(x1, 12);
      c10 = multiplyAdd(s, w0, c10); c11 = multiplyAdd(s, w1, c11);
      s = v128.load32_splat(x2, 12);
      c20 = multiplyAdd(s, w0, c20); c21 = multiplyAdd(s, w1, c21);
      s = v128.load32_splat(x3, 12);
      c30 = multiplyAdd(s, w0, c30); c31 = multiplyAdd(s, w1, c31);
      if ((w += wStride) == wEnd) break;
      x0 += 16; x1 += 16; x2 += 16; x3 += 16;
    }
    v128.store(y, c00); v128.store(y, c01, 16); y += wStride;
    v128.store(y, c10); v128.store(y, c11, 16); y += wStride;
    v128.store(y, c20); v128.store(y, c21, 16); y += wStride;
    v128.store(y, c30); v128.store(y, c31, 16); y += wStride;
    x += xStride << 2;
  }
}

/** One row by 32 columns, for the rows left over by fours: the same sums in the same order as `panel`. */
function strip(x: usize, w: usize, wStride: usize, bias: usize, y: usize, depth: i32): void {
  let c0 = v128.load(bias), c1 = v128.load(bias, 16), c2 = v128.load(bias, 32), c3 = v128.load(bias, 48);
  let c4 = v128.load(bias, 64), c5 = v128.load(bias, 80), c6 = v128.load(bias, 96), c7 = v128.load(bias, 112);
  const end = w + <usize>depth * wStride;
  while (w != end) {
    const s = v128.load32_splat(x);
    c0 = multiplyAdd(s, v128.load(w), c0); c1 = multiplyAdd(s, v128.load(w, 16), c1);
    c2 = multiplyAdd(s, v128.load(w, 32), c2); c3 = multiplyAdd(s, v128.load(w, 48), c3);
    c4 = multiplyAdd(s, v128.load(w, 64), c4); c5 = multiplyAdd(s, v128.load(w, 80), c5);
    c6 = multiplyAdd(s, v128.load(w, 96), c6); c7 = multiplyAdd(s, v128.load(w, 112), c7);
    x += 4; w += wStride;
  }
  v128.store(y, c0); v128.store(y, c1, 16); v128.store(y, c2, 32); v128.store(y, c3, 48);
  v128.store(y, c4, 64); v128.store(y, c5, 80); v128.store(y, c6, 96); v128.store(y, c7, 112);
}

/** The one to three rows left over by fours; x and y point at the first. */
function lastRows(x: usize, w: usize, bias: usize, y: usize, rows: i32, inputs: i32, outputs: i32): void {
  const xStride = rowBytes(inputs), stride = rowBytes(outputs), wide = stride & ~127;
  for (let j: usize = 0; j < wide; j += 128) {
    const b = bias ? bias + j : zeros;
    for (let i: usize = 0; i < <usize>rows; i++) strip(x + i * xStride, w + j, stride, b, y + i * stride + j, inputs);
  }
  // What 32 columns leave over: padding rows are computed as well, and nobody reads them.
  for (let j = wide; j < stride; j += 32) {
    const b = bias ? bias + j : zeros;
    panel(x, xStride, w + j, stride, b, y + j, y + j + 1, inputs);
  }
}

/** Overwrites y (rows × outputs) with x·w, plus the bias row unless `bias` is 0. */
export function dense(x: usize, w: usize, bias: usize, y: usize, rows: i32, inputs: i32, outputs: i32): void {
  const xStride = rowBytes(inputs), stride = rowBytes(outputs);
  const tiledRows = rows & ~3;
  for (let first = 0; first < tiledRows; first += ROW_BLOCK) {
    const block = <usize>min(ROW_BLOCK, tiledRows - first);
    const xBlock = x + <usize>first * xStride, yBlock = y + <usize>first * stride;
    for (let j: usize = 0; j < stride; j += 32) {
      const b = bias ? bias + j : zeros;
      panel(xBlock, xStride, w + j, stride, b, yBlock + j, yBlock + j + block * stride, inputs);
    }
  }
  if (tiledRows == rows) return;
  lastRows(x + <usize>tiledRows * xStride, w, bias, y + <usize>tiledRows * stride, rows & 3, inputs, outputs);
}
