import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SimdVariant } from "@poolish/kernels";

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

export type Gemm = (rows: number, columns: number, inner: number) => void;

/** Compiles in a process of its own: the compiler is WebAssembly too, and would keep this engine's optimiser busy. */
function compilePrototype(isRelaxed: boolean): Uint8Array<ArrayBuffer> {
  const plain = PROTOTYPE.replace(/MADD\((\w+), (\w+), (\w+)\)/g, "f32x4.add($3, f32x4.mul($1, $2))");
  const source = isRelaxed ? PROTOTYPE.replaceAll("MADD", "f32x4.relaxed_madd") : plain;
  const features = isRelaxed ? ["--enable", "simd", "--enable", "relaxed-simd"] : ["--enable", "simd"];
  const flags = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--importMemory", ...features];
  const compiler = fileURLToPath(new URL("../../node_modules/assemblyscript/bin/asc.js", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "poolish-bench-"));
  try {
    writeFileSync(join(folder, "gemm.ts"), source);
    execFileSync(process.execPath, [compiler, "gemm.ts", "--outFile", "gemm.wasm", ...flags], { cwd: folder });
    return Uint8Array.from(readFileSync(join(folder, "gemm.wasm")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The prototype, compiled in this run. */
export function prototype(variant: SimdVariant): Gemm {
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
