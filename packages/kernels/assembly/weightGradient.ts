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

/** memory.fill is a call into the engine, dear for a few vectors. */
function clear(to: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, zero);
}

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

/** Overwrites `panel` with eight columns of `rows` rows of dy. */
function packPanel(dy: usize, stride: usize, rows: i32): void {
  const end = panel + (<usize>rows << 5);
  for (let to = panel; to < end; to += 32, dy += stride) {
    const a = v128.load(dy), b = v128.load(dy, 16);
    v128.store(to, a); v128.store(to, b, 16);
  }
}

/**
 * Overwrites eight floats for each of four columns of x, `toStride` bytes apart from `to` on, with xᵀ·d over `rows` ≥ 1, and ADDS the
 * column sums of d to `biasSums`. The exit after each step keeps the steps apart, as in product.ts.
 */
function multiplyFirst(x: usize, xStride: usize, d: usize, dStride: usize, rows: i32, to: usize, toStride: usize): void {
  const xEnd = x + <usize>rows * xStride;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let sum0 = c00, sum1 = c00;
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
    sum0 = f32x4.add(sum0, d0); sum1 = f32x4.add(sum1, d1);
    if ((x += xStride) == xEnd) break;
    d += dStride; d0 = v128.load(d); d1 = v128.load(d, 16);
    s = v128.load32_splat(x);
    c00 = multiplyAdd(s, d0, c00); c01 = multiplyAdd(s, d1, c01);
    s = v128.load32_splat(x, 4);
    c10 = multiplyAdd(s, d0, c10); c11 = multiplyAdd(s, d1, c11);
    s = v128.load32_splat(x, 8);
    c20 = multiplyAdd(s, d0, c20); c21 = multiplyAdd(s, d1, c21);
    s = v128.load32_splat(x, 12);
    c30 = multiplyAdd(s, d0, c30); c31 = multiplyAdd(s, d1, c31);
    sum0 = f32x4.add(sum0, d0); sum1 = f32x4.add(sum1, d1);
    if ((x += xStride) == xEnd) break;
    d += dStride;
  }
  v128.store(to, c00); v128.store(to, c01, 16); to += toStride;
  v128.store(to, c10); v128.store(to, c11, 16); to += toStride;
  v128.store(to, c20); v128.store(to, c21, 16); to += toStride;
  v128.store(to, c30); v128.store(to, c31, 16);
  addToDoubles(biasSums, sum0); addToDoubles(biasSums + 32, sum1);
}

/**
 * Overwrites eight floats for each column of x, `toStride` bytes apart from `to` to `toEnd`, with xᵀ·d over
 * `rows` ≥ 1. Four columns of x at a time; the exit after each step keeps the steps apart, as in product.ts.
 */
function multiplyPanel(
  x: usize, xStride: usize, from: usize, fromStride: usize, rows: i32, to: usize, toStride: usize, toEnd: usize,
): void {
  let xEnd = x + <usize>rows * xStride;
  for (let column = x; to < toEnd; column += 16, xEnd += 16) {
    x = column;
    let d = from;
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
      d += fromStride; d0 = v128.load(d); d1 = v128.load(d, 16);
      s = v128.load32_splat(x);
      c00 = multiplyAdd(s, d0, c00); c01 = multiplyAdd(s, d1, c01);
      s = v128.load32_splat(x, 4);
      c10 = multiplyAdd(s, d0, c10); c11 = multiplyAdd(s, d1, c11);
      s = v128.load32_splat(x, 8);
      c20 = multiplyAdd(s, d0, c20); c21 = multiplyAdd(s, d1, c21);
      s = v128.load32_splat(x, 12);
      c30 = multiplyAdd(s, d0, c30); c31 = multiplyAdd(s, d1, c31);
      if ((x += xStride) == xEnd) break;
      d += fromStride; d0 = v128.load(d); d1 = v128.load(d, 16);
      s = v128.load32_splat(x);
      c00 = multiplyAdd(s, d0, c00); c01 = multiplyAdd(s, d1, c01);
      s = v128.load32_splat(x, 4);
      c10 = multiplyAdd(s, d0, c10); c11 = multiplyAdd(s, d1, c11);
      s = v128.load32_splat(x, 8);
      c20 = multiplyAdd(s, d0, c20); c21 = multiplyAdd(s, d1, c21);
      s = v128.load32_splat(x, 12);
      c30 = multiplyAdd(s, d0, c30); c31 = multiplyAdd(s, d1, c31);
      if ((x += xStride) == xEnd) break;
      d += fromStride; d0 = v128.load(d); d1 = v128.load(d, 16);
      s = v128.load32_splat(x);
      c00 = multiplyAdd(s, d0, c00); c01 = multiplyAdd(s, d1, c01);
      s = v128.load32_splat(x, 4);
      c10 = multiplyAdd(s, d0, c10); c11 = multiplyAdd(s, d1, c11);
      s = v128.load32_splat(x, 8);
      c20 = multiplyAdd(s, d0, c20); c21 = multiplyAdd(s, d1, c21);
      s = v128.load32_splat(x, 12);
      c30 = multiplyAdd(s, d0, c30); c31 = multiplyAdd(s, d1, c31);
      if ((x += xStride) == xEnd) break;
      d += fromStride;
    }
    v128.store(to, c00); v128.store(to, c01, 16); to += toStride;
    v128.store(to, c10); v128.store(to, c11, 16); to += toStride;
    v128.store(to, c20); v128.store(to, c21, 16); to += toStride;
    v128.store(to, c30); v128.store(to, c31, 16); to += toStride;
  }
}

/** The most inputs that read dy where it lies: copying eight columns of it costs about as much as one pass over them. */
const MOST_UNPACKED: i32 = 16;

/** One block of rows: eight columns of xᵀ·dy to `to`, and the sums of dy's to `biasSums`. At most INPUT_CHUNK inputs. */
function blockPanel(
  x: usize, xStride: usize, dy: usize, dyStride: usize, to: usize, toStride: usize, rows: i32, inputs: i32,
): void {
  let d = dy, stride = dyStride;
  if (inputs > MOST_UNPACKED) {
    packPanel(dy, dyStride, rows);
    d = panel; stride = 32;
  }
  multiplyFirst(x, xStride, d, stride, rows, to, toStride);
  multiplyPanel(x + 16, xStride, d, stride, rows, to + (toStride << 2), toStride, to + <usize>inputs * toStride);
}

/** Eight columns of dw over all rows: blocks in float32, their sum, and what is added to, in float64. */
function longPanel(
  x: usize, xStride: usize, dy: usize, dyStride: usize, dw: usize, dwStride: usize, rows: i32, inputs: i32, isAdding: bool,
): void {
  const bytes = <usize>inputs << 5;
  clear(sums, bytes << 1);
  for (let r = 0; r < rows; r += ROW_BLOCK) {
    const skipped = <usize>r;
    blockPanel(x + skipped * xStride, xStride, dy + skipped * dyStride, dyStride, blockSums, 32, min(ROW_BLOCK, rows - r), inputs);
    for (let i: usize = 0; i < bytes; i += 16) addToDoubles(sums + (i << 1), v128.load(blockSums + i));
  }
  for (let from = sums; from < sums + (bytes << 1); from += 64, dw += dwStride) {
    if (isAdding) addRow(from, dw);
    roundDoubles(from, dw);
  }
}

/** ADDS eight floats to eight doubles. */
function addRow(doubles: usize, from: usize): void {
  addToDoubles(doubles, v128.load(from)); addToDoubles(doubles + 32, v128.load(from, 16));
}

/** Eight columns of dw from input `first` to before `end`, multiples of 4; leaves their bias in `biasSums`. */
function columnPanel(
  x: usize, xStride: usize, dy: usize, dyStride: usize, dw: usize, dwStride: usize, rows: i32, first: i32, end: i32, isAdding: bool,
): void {
  for (; first < end; first += INPUT_CHUNK) {
    clear(biasSums, 64);
    const count = min(INPUT_CHUNK, end - first);
    const from = x + (<usize>first << 2), to = dw + <usize>first * dwStride;
    if (rows <= ROW_BLOCK && !isAdding) blockPanel(from, xStride, dy, dyStride, to, dwStride, rows, count);
    else longPanel(from, xStride, dy, dyStride, to, dwStride, rows, count, isAdding);
  }
}

/**
 * Overwrites dw (inputs × outputs) with xᵀ·dy and dBias (outputs; none where it is 0) with the column sums of dy, or ADDS
 * them. Padding rows of dw become 0, whatever follows the columns of x. Outside of `spans`, unless they are 0, dw stays as it is.
 */
export function denseWeightGradient(
  x: usize, xStride: usize, dy: usize, dyStride: usize, dw: usize, dwStride: usize, spans: usize, dBias: usize,
  rows: i32, inputs: i32, outputs: i32, isAdding: bool,
): void {
  const width = <usize>((outputs + 7) & ~7) << 2, inputEnd = (inputs + 3) & ~3;
  for (let j: usize = 0; j < width; j += 32) {
    if (!spans) columnPanel(x, xStride, dy + j, dyStride, dw + j, dwStride, rows, 0, inputEnd, isAdding);
    else {
      let number = load<i32>(spans);
      for (spans += 4; number > 0; number--, spans += 8) {
        const first = load<i32>(spans), end = (load<i32>(spans, 4) + 3) & ~3;
        columnPanel(x, xStride, dy + j, dyStride, dw + j, dwStride, rows, first, end, isAdding);
      }
    }
    if (!dBias) continue;
    if (isAdding) addRow(biasSums, dBias + j);
    roundDoubles(biasSums, dBias + j);
  }
  for (let i = inputs; i < inputEnd; i++) clear(dw + <usize>i * dwStride, width);
}
