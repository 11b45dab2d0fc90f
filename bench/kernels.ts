/**
 * Speed of @poolish/kernels beside the plain 30-line product that it grew from, compiled in the same run.
 * `npx tsc -b packages/kernels && npx tsx bench/kernels.ts`
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import {
  type Activation,
  type AdamOptions,
  type CountMixtureKernel,
  createCountMixtureKernel,
  createKernels,
  isVariantSupported,
  type Kernels,
  matrixLength,
  paddedColumns,
  paddedRows,
  type Region,
  type SimdVariant,
} from "@poolish/kernels";
import { scaledErfc } from "@poolish/math";

// Node 20 hides relaxed SIMD behind a flag; later versions have it on. A bench may ask for it, the library never does.
setFlagsFromString("--experimental-wasm-relaxed-simd");

/** C[M,N] = A[M,K]·B[K,N], row-major, M a multiple of 4, N of 8: `prototypes/gemm` as it stood. */
const PROTOTYPE = `
export function gemm(a: usize, b: usize, c: usize, M: i32, N: i32, K: i32): void {
  for (let j = 0; j < N; j += 8) {
    for (let i = 0; i < M; i += 4) {
      let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
      let a0 = a + ((i * K) << 2), a1 = a0 + (K << 2), a2 = a1 + (K << 2), a3 = a2 + (K << 2);
      let bp = b + (j << 2);
      for (let k = 0; k < K; k++) {
        const b0 = v128.load(bp), b1 = v128.load(bp, 16);
        let s = v128.load32_splat(a0);
        c00 = MADD(s, b0, c00); c01 = MADD(s, b1, c01);
        s = v128.load32_splat(a1);
        c10 = MADD(s, b0, c10); c11 = MADD(s, b1, c11);
        s = v128.load32_splat(a2);
        c20 = MADD(s, b0, c20); c21 = MADD(s, b1, c21);
        s = v128.load32_splat(a3);
        c30 = MADD(s, b0, c30); c31 = MADD(s, b1, c31);
        a0 += 4; a1 += 4; a2 += 4; a3 += 4; bp += (N << 2);
      }
      let cp = c + ((i * N + j) << 2); const st = N << 2;
      v128.store(cp, c00); v128.store(cp, c01, 16); cp += st;
      v128.store(cp, c10); v128.store(cp, c11, 16); cp += st;
      v128.store(cp, c20); v128.store(cp, c21, 16); cp += st;
      v128.store(cp, c30); v128.store(cp, c31, 16);
    }
  }
}`;

type Gemm = (rows: number, columns: number, inner: number) => void;

/** Compiles in a process of its own: the compiler is WebAssembly too, and would keep this engine's optimiser busy. */
function compilePrototype(isRelaxed: boolean): Uint8Array<ArrayBuffer> {
  const plain = PROTOTYPE.replace(/MADD\((\w+), (\w+), (\w+)\)/g, "f32x4.add($3, f32x4.mul($1, $2))");
  const source = isRelaxed ? PROTOTYPE.replaceAll("MADD", "f32x4.relaxed_madd") : plain;
  const features = isRelaxed ? ["--enable", "simd", "--enable", "relaxed-simd"] : ["--enable", "simd"];
  const flags = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--importMemory", ...features];
  const compiler = fileURLToPath(new URL("../node_modules/assemblyscript/bin/asc.js", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "poolish-bench-"));
  try {
    writeFileSync(join(folder, "gemm.ts"), source);
    execFileSync(process.execPath, [compiler, "gemm.ts", "--outFile", "gemm.wasm", ...flags], { cwd: folder });
    return Uint8Array.from(readFileSync(join(folder, "gemm.wasm")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function prototype(variant: SimdVariant): Gemm {
  const bytes = compilePrototype(variant === "relaxed-simd");
  const memory = new WebAssembly.Memory({ initial: 256 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const { gemm } = instance.exports as { gemm: (...args: number[]) => void };
  new Float32Array(memory.buffer).fill(0.5);
  return (rows, columns, inner) => {
    const a = 65_536;
    const b = a + 4 * rows * inner;
    gemm(a, b, b + 4 * inner * columns, rows, columns, inner);
  };
}

/** Milliseconds of `count` calls. */
function time(call: () => void, count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) call();
  return performance.now() - start;
}

/** Nanoseconds of one call: the best of many batches of about a millisecond, for the machine may be shared. */
function nanoseconds(call: () => void): number {
  // Long enough for the engine to replace its first, plain compilation.
  for (const start = performance.now(); performance.now() - start < 100; ) call();
  let count = 1;
  while (time(call, count) < 1) count *= 2;
  let best = Infinity;
  for (const start = performance.now(); performance.now() - start < 200; ) best = Math.min(best, time(call, count));
  return (best * 1e6) / count;
}

function filledRegion(kernels: Kernels, length: number): Region {
  const region = kernels.allocate(length);
  // A fixed lattice of values in [-1, 1): speed depends on them only through subnormals, which it avoids.
  for (let i = 0; i < length; i++) region.values[i] = ((i * 0.6180339887498949) % 1) * 2 - 1;
  return region;
}

const SIZES: readonly (readonly [rows: number, inputs: number, outputs: number])[] = [
  [1, 64, 64],
  [4, 64, 64],
  [5, 64, 64],
  [8, 64, 64],
  [32, 64, 64],
  [256, 8, 64],
  [256, 16, 16],
  [200, 48, 48],
  [256, 64, 64],
  [1024, 64, 64],
  [256, 128, 128],
  [1024, 128, 128],
];

function printRow(cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padStart(18)).join(""));
}

/** GFLOP/s of the rows asked for (the prototype works on rows padded to 4), and ns a call. */
function rate(rows: number, inputs: number, outputs: number, call: () => void): string {
  const elapsed = nanoseconds(call);
  return `${((2 * rows * inputs * outputs) / elapsed).toFixed(1)} (${elapsed.toFixed(0)})`;
}

function benchProducts(variant: SimdVariant, gemm: Gemm): void {
  console.log(`\n${variant}: GFLOP/s (ns a call)`);
  printRow(["rows×inputs×outputs", "prototype", "dense", "inputGradient", "prototype xᵀ·dy", "weightGradient"]);
  for (const [rows, inputs, outputs] of SIZES) {
    const kernels = createKernels({ capacity: 1 << 20, variant });
    const x = filledRegion(kernels, matrixLength(rows, inputs));
    const y = filledRegion(kernels, matrixLength(rows, outputs));
    const dx = filledRegion(kernels, matrixLength(rows, inputs));
    const dy = filledRegion(kernels, matrixLength(rows, outputs));
    const w = filledRegion(kernels, matrixLength(inputs, outputs));
    const wt = filledRegion(kernels, matrixLength(outputs, inputs));
    const dw = filledRegion(kernels, matrixLength(inputs, outputs));
    const bias = filledRegion(kernels, paddedColumns(outputs));
    const calls = [
      () => gemm(paddedRows(rows), outputs, inputs),
      () => kernels.dense(x, w, bias, y, rows, inputs, outputs),
      () => kernels.denseInputGradient(dy, wt, dx, rows, inputs, outputs),
      // The same product by the prototype, which needs x transposed and leaves the bias out.
      () => gemm(paddedRows(inputs), outputs, rows),
      () => kernels.denseWeightGradient(x, dy, dw, bias, rows, inputs, outputs),
    ];
    printRow([`${rows}×${inputs}×${outputs}`, ...calls.map((call) => rate(rows, inputs, outputs, call))]);
  }
}

const ACTIVATIONS: readonly Activation[] = ["tanh", "relu", "gelu", "silu"];
const ADAM: AdamOptions = { stepSize: 1e-6, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 10, weightDecay: 0 };

function benchElementwise(variant: SimdVariant): void {
  const length = 256 * 64;
  const kernels = createKernels({ capacity: 5 * length, variant });
  const z = filledRegion(kernels, length);
  const y = filledRegion(kernels, length);
  const dy = filledRegion(kernels, length);
  const dz = filledRegion(kernels, length);
  const squares = filledRegion(kernels, length);
  squares.values.forEach((value, i) => {
    squares.values[i] = value * value;
  });
  const perElement = (call: () => void): string => (nanoseconds(call) / length).toFixed(3);
  console.log(`\n${variant}: ns an element, ${length} elements`);
  printRow(["", "value", "gradient"]);
  for (const kind of ACTIVATIONS) {
    const value = perElement(() => kernels.activate(kind, z, y, length));
    printRow([kind, value, perElement(() => kernels.activateGradient(kind, z, y, dy, dz, length))]);
  }
  printRow(["exponential", perElement(() => kernels.exponential(z, y, length))]);
  printRow(["sumOfSquares", perElement(() => kernels.sumOfSquares(z, length))]);
  printRow(["scale", perElement(() => kernels.scale(z, 1, length))]);
  printRow(["transpose", perElement(() => kernels.transpose(z, y, 256, 64))]);
  printRow(["adam", perElement(() => kernels.adam(z, dy, dz, squares, length, ADAM))]);
}

/** `numRows` rows of `perRow` neighbouring counts each, on about ±2.5 deviations. */
function filledMixture(numComponents: number, numRows: number, perRow: number): CountMixtureKernel {
  const kernel = createCountMixtureKernel({ numComponents, maxRows: numRows, maxTerms: numRows * perRow });
  for (let i = 0; i < kernel.outputs.length; i++) kernel.outputs[i] = ((i * 0.6180339887498949) % 1) - 0.5;
  for (let i = 0; i < numRows * perRow; i++) {
    kernel.rowOfTerm[i] = Math.floor(i / perRow);
    kernel.lower[i] = (5 * (i % perRow)) / perRow - 2.5;
    kernel.upper[i] = (5 * ((i % perRow) + 1)) / perRow - 2.5;
    kernel.adjoint[i] = 1;
  }
  return kernel;
}

/** What JavaScript needs for the exponential and the scaled erfc of each edge alone, at `length` arguments. */
function edgesInJavaScript(length: number): () => void {
  const z = Float64Array.from({ length }, (_, i) => (i * 0.6180339887498949) % 2.5);
  const tail = new Float64Array(length);
  return () => {
    for (let i = 0; i < length; i++) tail[i] = Math.exp(-0.5 * z[i] * z[i]) * scaledErfc(z[i] * Math.SQRT1_2);
  };
}

function benchMixture(): void {
  console.log("\ndiscretised mixture, float64: µs a call (ns a term and component)");
  printRow(["rows×terms×K", "evaluate", "pullback", "exp, erfc in JS"]);
  for (const [numRows, perRow, numComponents] of [
    [5, 10, 6],
    [5, 10, 1],
    [512, 1, 6],
  ]) {
    const kernel = filledMixture(numComponents, numRows, perRow);
    const numTerms = numRows * perRow;
    kernel.evaluate(numRows, numTerms);
    const calls = [
      () => kernel.evaluate(numRows, numTerms),
      () => kernel.pullback(),
      edgesInJavaScript(numRows * (perRow + 1) * numComponents),
    ];
    const cells = calls.map((call) => {
      const elapsed = nanoseconds(call);
      return `${(elapsed / 1000).toFixed(2)} (${(elapsed / (numTerms * numComponents)).toFixed(1)})`;
    });
    printRow([`${numRows}×${perRow}×${numComponents}`, ...cells]);
  }
}

for (const variant of ["simd128", "relaxed-simd"] as const) {
  if (!isVariantSupported(variant)) {
    console.log(`\n${variant}: skipped, this engine does not have it`);
    continue;
  }
  benchProducts(variant, prototype(variant));
  benchElementwise(variant);
}
benchMixture();
