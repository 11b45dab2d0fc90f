import {
  createKernels,
  type Kernels,
  type Matrix,
  paddedColumns,
  paddedRows,
  type SimdVariant,
} from "@poolish/kernels";
import { prototype } from "./prototype.ts";
import { nanoseconds, printRow } from "./timing.ts";

const SIZES: readonly (readonly [rows: number, inputs: number, outputs: number])[] = [
  [1, 64, 64],
  [4, 64, 64],
  [5, 64, 64],
  [8, 64, 64],
  [32, 64, 64],
  [256, 2, 64],
  [256, 8, 64],
  [256, 64, 8],
  [256, 16, 16],
  [200, 48, 48],
  [256, 64, 64],
  [1024, 64, 64],
  [4096, 64, 64],
  [256, 128, 128],
  [256, 256, 256],
];

/** Fixed values in [-1, 1): speed depends on them only through subnormals, which these avoid. */
export function filledMatrix(kernels: Kernels, rows: number, columns: number): Matrix {
  const matrix = kernels.allocateMatrix(rows, columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      matrix.values[i * matrix.stride + j] = (((i * columns + j) * 0.6180339887498949) % 1) * 2 - 1;
    }
  }
  return matrix;
}

/** GFLOP/s of the shape asked for beside the prototype, which works on padded shapes and is given credit for them. */
export function benchProducts(variant: SimdVariant): void {
  const gemm = prototype(variant);
  console.log(`\n${variant}: GFLOP/s (share of the prototype's time)`);
  printRow(["rows×inputs×outputs", "prototype", "forward", "backwardInput", "prototype xᵀ·dy", "backwardWeights"]);
  for (const [rows, inputs, outputs] of SIZES) {
    const kernels = createKernels({ capacity: 1 << 22, variant });
    const [x, y] = [filledMatrix(kernels, rows, inputs), filledMatrix(kernels, rows, outputs)];
    const [dx, dy] = [filledMatrix(kernels, rows, inputs), filledMatrix(kernels, rows, outputs)];
    const [w, dw] = [filledMatrix(kernels, inputs, outputs), filledMatrix(kernels, inputs, outputs)];
    const wt = filledMatrix(kernels, outputs, inputs);
    const bias = kernels.allocate(paddedColumns(outputs));
    const [plain, forward, input, plainTransposed, weights] = nanoseconds([
      () => gemm(paddedRows(rows), paddedColumns(outputs), inputs),
      () => kernels.denseForward(x, w, bias, "identity", null, y, rows),
      () => kernels.denseBackwardInput(dy, wt, dx, rows, "overwrite"),
      // The same product by the prototype, which needs x transposed and leaves the bias out.
      () => gemm(paddedRows(inputs), paddedColumns(outputs), rows),
      () => kernels.denseBackwardWeights(x, dy, dw, bias, rows, "overwrite"),
    ]);
    const rate = (elapsed: number) => ((2 * rows * inputs * outputs) / elapsed).toFixed(1);
    const beside = (elapsed: number, other: number) => `${rate(elapsed)} (${(elapsed / other).toFixed(2)})`;
    printRow([
      `${rows}×${inputs}×${outputs}`,
      rate(plain),
      beside(forward, plain),
      beside(input, plain),
      rate(plainTransposed),
      beside(weights, plainTransposed),
    ]);
  }
}
