/**
 * Speed of @poolish/kernels beside the plain 30-line product that it grew from, compiled in the same run.
 * `npx tsc -b packages/kernels && npx tsx bench/kernels.ts`
 */
import { setFlagsFromString } from "node:v8";
import {
  type Activation,
  createKernels,
  isVariantSupported,
  type Kernels,
  matrixLength,
  type SimdVariant,
} from "@poolish/kernels";
import asc from "assemblyscript/asc";

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

async function prototype(variant: SimdVariant): Promise<Gemm> {
  const isRelaxed = variant === "relaxed-simd";
  const plain = PROTOTYPE.replace(/MADD\((\w+), (\w+), (\w+)\)/g, "f32x4.add($3, f32x4.mul($1, $2))");
  const source = isRelaxed ? PROTOTYPE.replaceAll("MADD", "f32x4.relaxed_madd") : plain;
  const features = isRelaxed ? ["--enable", "simd", "--enable", "relaxed-simd"] : ["--enable", "simd"];
  const flags = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--importMemory", ...features];
  let bytes = new Uint8Array();
  const { error } = await asc.main(["gemm.ts", "--outFile", "gemm.wasm", ...flags], {
    readFile: (name: string) => (name === "gemm.ts" ? source : null),
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name === "gemm.wasm" && typeof contents !== "string") bytes = Uint8Array.from(contents);
    },
    listFiles: () => [],
  });
  if (error) throw error;
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

/** Nanoseconds of one call: the best of nine batches of about 20 ms, for the machine may be shared. */
function nanoseconds(call: () => void): number {
  for (let i = 0; i < 20; i++) call();
  let count = 1;
  let best = Infinity;
  for (let batch = 0; batch < 10; batch++) {
    const start = performance.now();
    for (let i = 0; i < count; i++) call();
    const elapsed = performance.now() - start;
    if (batch > 0) best = Math.min(best, (elapsed * 1e6) / count);
    if (batch === 0) {
      let probe = elapsed;
      while (probe < 20) {
        count *= 2;
        const again = performance.now();
        for (let i = 0; i < count; i++) call();
        probe = performance.now() - again;
      }
    }
  }
  return best;
}

function randomRegion(kernels: Kernels, length: number): ReturnType<Kernels["allocate"]> {
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
  [256, 16, 16],
  [200, 48, 48],
  [256, 64, 64],
  [1024, 64, 64],
  [256, 128, 128],
  [1024, 128, 128],
];

function column(text: string | number): string {
  return (typeof text === "number" ? text.toFixed(1) : text).padStart(14);
}

function benchProducts(variant: SimdVariant, gemm: Gemm): void {
  console.log(`\n${variant}: GFLOP/s of the rows asked for (in brackets: ns a call)`);
  console.log(["rows x in x out", "prototype", "dense", "inputGradient", "weightGradient"].map(column).join(""));
  for (const [rows, inputs, outputs] of SIZES) {
    const kernels = createKernels({ capacity: 1 << 20, variant });
    const x = randomRegion(kernels, matrixLength(rows, inputs));
    const y = randomRegion(kernels, matrixLength(rows, outputs));
    const w = randomRegion(kernels, matrixLength(inputs, outputs));
    const wt = randomRegion(kernels, matrixLength(outputs, inputs));
    const bias = randomRegion(kernels, outputs + 8);
    const out = kernels.allocate(matrixLength(rows, outputs));
    const dx = kernels.allocate(matrixLength(rows, inputs));
    const dw = kernels.allocate(matrixLength(inputs, outputs));
    const times = [
      nanoseconds(() => gemm((rows + 3) & ~3, outputs, inputs)),
      nanoseconds(() => kernels.dense(x, w, bias, out, rows, inputs, outputs)),
      nanoseconds(() => kernels.denseInputGradient(y, wt, dx, rows, inputs, outputs)),
      nanoseconds(() => kernels.denseWeightGradient(x, y, dw, bias, rows, inputs, outputs)),
    ];
    const rates = times.map((time) => `${((2 * rows * inputs * outputs) / time).toFixed(1)} (${time.toFixed(0)})`);
    console.log([`${rows}x${inputs}x${outputs}`, ...rates].map(column).join(""));
  }
}

function benchElementwise(variant: SimdVariant): void {
  const length = 256 * 64;
  const kernels = createKernels({ capacity: 8 * length, variant });
  const [z, y, dy, dz] = [0, 1, 2, 3].map(() => randomRegion(kernels, length)) as [never, never, never, never];
  console.log(`\n${variant}: ns an element, ${length} elements\n${["", "value", "gradient"].map(column).join("")}`);
  for (const kind of ["tanh", "relu", "gelu", "silu"] as const satisfies readonly Activation[]) {
    const value = nanoseconds(() => kernels.activate(kind, z, y, length)) / length;
    const gradient = nanoseconds(() => kernels.activateGradient(kind, z, y, dy, dz, length)) / length;
    console.log([kind, value.toFixed(3), gradient.toFixed(3)].map(column).join(""));
  }
  const others: readonly (readonly [string, () => void])[] = [
    ["exponential", () => kernels.exponential(z, y, length)],
    ["sumOfSquares", () => void kernels.sumOfSquares(z, length)],
    ["scale", () => kernels.scale(z, 1, length)],
    ["transpose", () => kernels.transpose(z, y, 256, 64)],
    [
      "adam",
      () =>
        kernels.adam(y, dy, dz, randomMoments, length, {
          stepSize: 1e-3,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          step: 10,
          weightDecay: 0,
        }),
    ],
  ];
  const randomMoments = kernels.allocate(length);
  randomMoments.values.fill(1);
  for (const [name, call] of others) console.log([name, (nanoseconds(call) / length).toFixed(3)].map(column).join(""));
}

for (const variant of ["simd128", "relaxed-simd"] as const) {
  if (!isVariantSupported(variant)) {
    console.log(`\n${variant}: skipped, this engine does not have it`);
    continue;
  }
  benchProducts(variant, await prototype(variant));
  benchElementwise(variant);
}
