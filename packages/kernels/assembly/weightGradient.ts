import { rowBytes } from "./layout";
import { multiplyAdd } from "./multiplyAdd";

/** Rows that are summed in float32 before the sum moves to float64. */
const ROW_BLOCK: i32 = 128;
/** Inputs whose sums (eight columns each) fit the scratch areas. */
const INPUT_CHUNK: i32 = 1024;
/** Eight columns of one block of dy, without gaps: rows of dy itself lie so far apart that they evict each other. */
const panel: usize = memory.data(128 * 32, 16);
const blockSums: usize = memory.data(1024 * 32, 16);
const sums: usize = memory.data(1024 * 64, 16);
const biasSums: usize = memory.data(64, 16);

/** ADDS four floats to the four doubles at `to`. */
// @ts-ignore: decorator
@inline
function addToDoubles(to: usize, value: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(value)));
  const high = v128.shuffle<f32>(value, value, 2, 3, 2, 3);
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Rounds eight doubles to floats at `to`. */
// @ts-ignore: decorator
@inline
function roundDoubles(doubles: usize, to: usize): void {
  const a = f32x4.demote_f64x2_zero(v128.load(doubles)), b = f32x4.demote_f64x2_zero(v128.load(doubles, 16));
  const c = f32x4.demote_f64x2_zero(v128.load(doubles, 32)), d = f32x4.demote_f64x2_zero(v128.load(doubles, 48));
  v128.store(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(c, d, 0, 1, 4, 5), 16);
}

/** Overwrites `panel` with eight columns of `rows` rows of dy, and ADDS their sums to `biasSums`. */
function packPanel(dy: usize, stride: usize, rows: i32): void {
  let even0 = f32x4.splat(0), even1 = even0, odd0 = even0, odd1 = even0;
  const pairsEnd = panel + (<usize>(rows & ~1) << 5);
  let to = panel;
  for (; to < pairsEnd; to += 64, dy += stride << 1) {
    const a = v128.load(dy), b = v128.load(dy, 16), c = v128.load(dy + stride), d = v128.load(dy + stride, 16);
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48);
    even0 = f32x4.add(even0, a); even1 = f32x4.add(even1, b);
    odd0 = f32x4.add(odd0, c); odd1 = f32x4.add(odd1, d);
  }
  if (rows & 1) {
    const a = v128.load(dy), b = v128.load(dy, 16);
    v128.store(to, a); v128.store(to, b, 16);
    even0 = f32x4.add(even0, a); even1 = f32x4.add(even1, b);
  }
  addToDoubles(biasSums, f32x4.add(even0, odd0)); addToDoubles(biasSums + 32, f32x4.add(even1, odd1));
}

/**
 * Overwrites eight floats for each column of x, `toStride` bytes apart from `to` to `toEnd`, with xᵀ·panel over
 * `rows` ≥ 1. Four columns of x at a time; the exit after each step keeps the steps apart, as in dense.ts.
 */
function multiplyPanel(x: usize, xStride: usize, rows: i32, to: usize, toStride: usize, toEnd: usize): void {
  let xEnd = x + <usize>rows * xStride;
  for (let column = x; to < toEnd; column += 16, xEnd += 16) {
    x = column;
    let d = panel;
    let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
    while (true) {
      let d0 = v128.load(d), d1 = v128.load(d, 16);
      let s = v128.load32_splat(x);
      c00 = multiplyAdd(s, d0, c00); c01 = multiplyAdd(s, d1, c01);
      s = v128.load32_splat(x, 4);
      c10 = multiplyAdd(s, d0, c10); c11 = multiplyAdd(s, d1, c11);
      s = v128.load32_splat(x, 8);
      c20 = multiplyAdd(s, d0, c20); c21 = multiplyAdd(s, d1, c21);
      s = v128.load32_splat(x, 12);
      c30 = multiplyAdd(s, d0, c30); c31 = multiplyAdd(s, d1, c31);
      if ((x += xStride) == xEnd) break;
      d0 = v128.load(d, 32); d1 = v128.load(d, 48);
      s = v128.load32_splat(x);
      c00 = multiplyAdd(s, d0, c00); c01 = multiplyAdd(s, d1, c01);
      s = v128.load32_splat(x, 4);
      c10 = multiplyAdd(s, d0, c10); c11 = multiplyAdd(s, d1, c11);
      s = v128.load32_splat(x, 8);
      c20 = multiplyAdd(s, d0, c20); c21 = multiplyAdd(s, d1, c21);
      s = v128.load32_splat(x, 12);
      c30 = multiplyAdd(s, d0, c30); c31 = multiplyAdd(s, d1, c31);
      if ((x += xStride) == xEnd) break;
      d0 = v128.load(d, 64); d1 = v128.load(d, 80);
      s = v128.load32_splat(x);
      c00 = multiplyAdd(s, d0, c00); c01 = multiplyAdd(s, d1, c01);
      s = v128.load32_splat(x, 4);
      c10 = multiplyAdd(s, d0, c10); c11 = multiplyAdd(s, d1, c11);
      s = v128.load32_splat(x, 8);
      c20 = multiplyAdd(s, d0, c20); c21 = multiplyAdd(s, d1, c21);
      s = v128.load32_splat(x, 12);
      c30 = multiplyAdd(s, d0, c30); c31 = multiplyAdd(s, d1, c31);
      if ((x += xStride) == xEnd) break;
      d0 = v128.load(d, 96); d1 = v128.load(d, 112);
      s = v128.load32_splat(x);
      c00 = multiplyAdd(s, d0, c00); c01 = multiplyAdd(s, d1, c01);
      s = v128.load32_splat(x, 4);
      c10 = multiplyAdd(s, d0, c10); c11 = multiplyAdd(s, d1, c11);
      s = v128.load32_splat(x, 8);
      c20 = multiplyAdd(s, d0, c20); c21 = multiplyAdd(s, d1, c21);
      s = v128.load32_splat(x, 12);
      c30 = multiplyAdd(s, d0, c30); c31 = multiplyAdd(s, d1, c31);
      if ((x += xStride) == xEnd) break;
      d += 128;
    }
    v128.store(to, c00); v128.store(to, c01, 16); to += toStride;
    v128.store(to, c10); v128.store(to, c11, 16); to += toStride;
    v128.store(to, c20); v128.store(to, c21, 16); to += toStride;
    v128.store(to, c30); v128.store(to, c31, 16); to += toStride;
  }
}

/** The panel of dw at `dw`, `count` inputs by eight columns, when the rows fit one block. */
function shortPanel(x: usize, xStride: usize, dy: usize, dw: usize, stride: usize, rows: i32, count: i32): void {
  packPanel(dy, stride, rows);
  multiplyPanel(x, xStride, rows, dw, stride, dw + <usize>count * stride);
}

/** The same for any number of rows: blocks in float32, their sum in float64. At most INPUT_CHUNK inputs. */
function longPanel(x: usize, xStride: usize, dy: usize, dw: usize, stride: usize, rows: i32, count: i32): void {
  const bytes = <usize>count << 5;
  memory.fill(sums, 0, bytes << 1);
  for (let r = 0; r < rows; r += ROW_BLOCK) {
    const block = min(ROW_BLOCK, rows - r);
    packPanel(dy + <usize>r * stride, stride, block);
    multiplyPanel(x + <usize>r * xStride, xStride, block, blockSums, 32, blockSums + bytes);
    for (let i: usize = 0; i < bytes; i += 16) addToDoubles(sums + (i << 1), v128.load(blockSums + i));
  }
  for (let from = sums; from < sums + (bytes << 1); from += 64, dw += stride) roundDoubles(from, dw);
}

/** Overwrites dw (inputs × outputs) with xᵀ·dy and dBias (outputs) with the column sums of dy. */
export function denseWeightGradient(x: usize, dy: usize, dw: usize, dBias: usize, rows: i32, inputs: i32, outputs: i32): void {
  const xStride = rowBytes(inputs), stride = rowBytes(outputs);
  const inputEnd = (inputs + 3) & ~3;
  for (let j: usize = 0; j < stride; j += 32) {
    for (let first = 0; first < inputEnd; first += INPUT_CHUNK) {
      memory.fill(biasSums, 0, 64);
      const count = min(INPUT_CHUNK, inputEnd - first);
      const from = x + (<usize>first << 2), to = dw + <usize>first * stride + j;
      if (rows <= ROW_BLOCK) shortPanel(from, xStride, dy + j, to, stride, rows, count);
      else longPanel(from, xStride, dy + j, to, stride, rows, count);
    }
    roundDoubles(biasSums, dBias + j);
  }
}
