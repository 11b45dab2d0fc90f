import { rowBytes } from "./layout";

/** Overwrites `result` (columns × rows), padding columns included, with the transpose of `matrix` (rows × columns). */
export function transpose(matrix: usize, result: usize, rows: i32, columns: i32): void {
  const stride = rowBytes(columns), resultStride = rowBytes(rows);
  const rowEnd = <usize>((rows + 3) & ~3), columnEnd = <usize>((columns + 3) & ~3);
  for (let r: usize = 0; r < rowEnd; r += 4) {
    for (let c: usize = 0; c < columnEnd; c += 4) {
      let from = matrix + r * stride + (c << 2);
      const a = v128.load(from), b = v128.load((from += stride));
      const d = v128.load((from += stride)), e = v128.load(from + stride);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const de0 = v128.shuffle<f32>(d, e, 0, 4, 1, 5), de1 = v128.shuffle<f32>(d, e, 2, 6, 3, 7);
      let to = result + c * resultStride + (r << 2);
      v128.store(to, v128.shuffle<f32>(ab0, de0, 0, 1, 4, 5));
      v128.store((to += resultStride), v128.shuffle<f32>(ab0, de0, 2, 3, 6, 7));
      v128.store((to += resultStride), v128.shuffle<f32>(ab1, de1, 0, 1, 4, 5));
      v128.store(to + resultStride, v128.shuffle<f32>(ab1, de1, 2, 3, 6, 7));
    }
  }
  if ((rowEnd << 2) == resultStride) return;
  for (let c: usize = 0; c < columnEnd; c++) v128.store(result + c * resultStride + (rowEnd << 2), f32x4.splat(0));
}
