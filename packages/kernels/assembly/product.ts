import { multiplyAdd } from "./multiplyAdd";

/** What sums begin with where there is no bias: 32 zeros. */
const zeros: usize = memory.data(128, 16);

/**
 * Eight columns of y, begun with those of `start`, four rows at a time: eight accumulators, two weights, a spread input and a
 * product fit the 16 vector registers of x64. Engines move the loads of a basic block to its front, which would spill
 * registers in an unrolled loop; the exit after each step keeps the steps apart, and takes any depth ≥ 1.
 */
function panel(
  x: usize, xStride: usize, w: usize, wStride: usize, start: usize, startStride: usize,
  y: usize, yStride: usize, rows: i32, depth: i32,
): void {
  const wStart = w, wEnd = w + <usize>depth * wStride;
  for (; rows > 0; rows -= 4) {
    let x0 = x, x1 = x0 + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
    let c00 = v128.load(start), c01 = v128.load(start, 16); start += startStride;
    let c10 = v128.load(start), c11 = v128.load(start, 16); start += startStride;
    let c20 = v128.load(start), c21 = v128.load(start, 16); start += startStride;
    let c30 = v128.load(start), c31 = v128.load(start, 16); start += startStride;
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
    v128.store(y, c00); v128.store(y, c01, 16); y += yStride;
    v128.store(y, c10); v128.store(y, c11, 16); y += yStride;
    v128.store(y, c20); v128.store(y, c21, 16); y += yStride;
    v128.store(y, c30); v128.store(y, c31, 16); y += yStride;
    x += xStride << 2;
  }
}

/** One row by 32 columns, for the rows left over by fours: the same sums in the same order as `panel`. */
function strip(x: usize, w: usize, wStride: usize, start: usize, y: usize, depth: i32): void {
  let c0 = v128.load(start), c1 = v128.load(start, 16), c2 = v128.load(start, 32), c3 = v128.load(start, 48);
  let c4 = v128.load(start, 64), c5 = v128.load(start, 80), c6 = v128.load(start, 96), c7 = v128.load(start, 112);
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

/** One row by eight columns. */
function narrowStrip(x: usize, w: usize, wStride: usize, start: usize, y: usize, depth: i32): void {
  let c0 = v128.load(start), c1 = v128.load(start, 16);
  const end = w + <usize>depth * wStride;
  for (; w != end; x += 4, w += wStride) {
    const s = v128.load32_splat(x);
    c0 = multiplyAdd(s, v128.load(w), c0); c1 = multiplyAdd(s, v128.load(w, 16), c1);
  }
  v128.store(y, c0); v128.store(y, c1, 16);
}

/** Four columns of y, eight rows at a time: for results of at most four columns; the other four become 0. */
function narrowPanel(
  x: usize, xStride: usize, w: usize, wStride: usize, start: usize, startStride: usize,
  y: usize, yStride: usize, rows: i32, depth: i32,
): void {
  const zero = f32x4.splat(0), wStart = w, wEnd = w + <usize>depth * wStride;
  for (; rows > 0; rows -= 8) {
    let x0 = x, x4 = x + (xStride << 2);
    const xStride3 = xStride * 3;
    let c0 = v128.load(start); start += startStride;
    let c1 = v128.load(start); start += startStride;
    let c2 = v128.load(start); start += startStride;
    let c3 = v128.load(start); start += startStride;
    let c4 = v128.load(start); start += startStride;
    let c5 = v128.load(start); start += startStride;
    let c6 = v128.load(start); start += startStride;
    let c7 = v128.load(start); start += startStride;
    w = wStart;
    while (true) {
      const weights = v128.load(w);
      c0 = multiplyAdd(v128.load32_splat(x0), weights, c0);
      c1 = multiplyAdd(v128.load32_splat(x0 + xStride), weights, c1);
      c2 = multiplyAdd(v128.load32_splat(x0 + (xStride << 1)), weights, c2);
      c3 = multiplyAdd(v128.load32_splat(x0 + xStride3), weights, c3);
      c4 = multiplyAdd(v128.load32_splat(x4), weights, c4);
      c5 = multiplyAdd(v128.load32_splat(x4 + xStride), weights, c5);
      c6 = multiplyAdd(v128.load32_splat(x4 + (xStride << 1)), weights, c6);
      c7 = multiplyAdd(v128.load32_splat(x4 + xStride3), weights, c7);
      if ((w += wStride) == wEnd) break;
      x0 += 4; x4 += 4;
    }
    v128.store(y, c0); v128.store(y, zero, 16); y += yStride;
    v128.store(y, c1); v128.store(y, zero, 16); y += yStride;
    v128.store(y, c2); v128.store(y, zero, 16); y += yStride;
    v128.store(y, c3); v128.store(y, zero, 16); y += yStride;
    v128.store(y, c4); v128.store(y, zero, 16); y += yStride;
    v128.store(y, c5); v128.store(y, zero, 16); y += yStride;
    v128.store(y, c6); v128.store(y, zero, 16); y += yStride;
    v128.store(y, c7); v128.store(y, zero, 16); y += yStride;
    x += xStride << 3;
  }
}

/** `panel` over one panel's spans of inputs, one after another; returns where those of the next panel begin (see src/spans.ts). */
function spannedPanel(
  spans: usize, x: usize, xStride: usize, w: usize, wStride: usize, start: usize, startStride: usize,
  y: usize, yStride: usize, rows: i32,
): usize {
  const end = spans + 4 + (<usize>load<i32>(spans) << 3);
  for (spans += 4; spans != end; spans += 8) {
    const first = load<i32>(spans), depth = load<i32>(spans, 4) - first;
    panel(x + (<usize>first << 2), xStride, w + <usize>first * wStride, wStride, start, startStride, y, yStride, rows, depth);
    start = y; startStride = yStride;
  }
  return end;
}

/**
 * Overwrites y (rows × outputs, padded to 8 columns) with start + x·w. Strides are in bytes; `start` may be 0 for zeros, a row (stride 0)
 * or a matrix, also y itself. Every way takes the same sums in the same order. `spans` says which weights may differ from 0 (0: any
 * may); the rows left over by fours take them all.
 */
export function product(
  x: usize, xStride: usize, w: usize, wStride: usize, spans: usize, start: usize, startStride: usize,
  y: usize, yStride: usize, rows: i32, inputs: i32, outputs: i32,
): void {
  const width = <usize>((outputs + 7) & ~7) << 2, stride = start ? startStride : 0;
  let tiled = 0;
  if (outputs <= 4) {
    tiled = rows & ~7;
    if (tiled) narrowPanel(x, xStride, w, wStride, start ? start : zeros, stride, y, yStride, tiled, inputs);
  }
  const left = (rows - tiled) & ~3, skipped = <usize>tiled;
  for (let j: usize = 0; j < width && left; j += 32) {
    const own = x + skipped * xStride, from = start ? start + skipped * stride + j : zeros, to = y + skipped * yStride + j;
    if (spans) spans = spannedPanel(spans, own, xStride, w + j, wStride, from, stride, to, yStride, left);
    else panel(own, xStride, w + j, wStride, from, stride, to, yStride, left, inputs);
  }
  tiled += left;
  for (let i = <usize>tiled; i < <usize>rows; i++) {
    const own = x + i * xStride, to = y + i * yStride, from = start + i * stride, wide = width & ~127;
    for (let j: usize = 0; j < wide; j += 128) strip(own, w + j, wStride, start ? from + j : zeros, to + j, inputs);
    for (let j = wide; j < width; j += 32) narrowStrip(own, w + j, wStride, start ? from + j : zeros, to + j, inputs);
  }
}
