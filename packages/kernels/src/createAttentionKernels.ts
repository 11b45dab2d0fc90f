import type { AttentionGroups, AttentionKernels } from "./attentionKernels.ts";
import { requireMatrix, requireRows, strideOf } from "./checks.ts";
import { compileBase64 } from "./compileBase64.ts";
import { attention } from "./generated/attention.ts";
import type { Matrix } from "./matrix.ts";
import type { WasmCall } from "./wasmExports.ts";

type AttentionExports = {
  readonly attentionScores: WasmCall;
  readonly attentionMixture: WasmCall;
  readonly attentionSpread: WasmCall;
};

/** Compiled code has no state: one copy serves every instance of the process. */
let compiled: WebAssembly.Module | undefined;

/** Throws unless all rows exist and heads divide the columns; returns the columns of a head. */
function requireGroups(
  { count, numHeads, numQueries, numKeys, rowOf }: AttentionGroups,
  weights: Matrix,
  keys: Matrix,
  queries: Matrix,
): number {
  requireMatrix("weights", weights, count * numHeads * numQueries, numKeys);
  requireMatrix("keys", keys, 0, queries.columns);
  requireRows("queries", queries, count * numQueries);
  let last = count - 1;
  if (rowOf !== null) {
    if (rowOf.length < count) throw new Error(`rowOf needs ${count} elements, has ${rowOf.length}`);
    for (let g = 0; g < count; g++) if (rowOf.values[g] > last || g === 0) last = rowOf.values[g];
    for (let g = 0; g < count; g++) if (rowOf.values[g] < 0) throw new Error("rowOf holds a negative row");
  }
  requireRows("keys", keys, (last + 1) * numKeys);
  const width = queries.columns / numHeads;
  if (width % 4 !== 0) throw new Error(`${queries.columns} columns are not ${numHeads} heads of a multiple of 4`);
  return width;
}

/** Over the memory of an instance of the kernels. */
export function createAttentionKernels(memory: WebAssembly.Memory): AttentionKernels {
  compiled ??= compileBase64(attention);
  const wasm = new WebAssembly.Instance(compiled, { env: { memory } }).exports as AttentionExports;
  /** Both sums over weights; `own` has a row for each query. */
  const blend = (
    call: WasmCall,
    weights: Matrix,
    keys: Matrix,
    groups: AttentionGroups,
    factor: number,
    own: Matrix,
  ): void => {
    const width = requireGroups(groups, weights, keys, own);
    const { count, numHeads, numQueries, numKeys, rowOf } = groups;
    call(
      weights.pointer,
      strideOf(weights),
      keys.pointer,
      strideOf(keys),
      numKeys,
      rowOf?.pointer ?? 0,
      own.pointer,
      strideOf(own),
      numQueries,
      numHeads,
      width,
      factor,
      count,
    );
  };
  return {
    attentionScores(queries, keys, groups, factor, scores) {
      const width = requireGroups(groups, scores, keys, queries);
      const { count, numHeads, numQueries, numKeys, rowOf } = groups;
      wasm.attentionScores(
        queries.pointer,
        strideOf(queries),
        numQueries,
        keys.pointer,
        strideOf(keys),
        numKeys,
        rowOf?.pointer ?? 0,
        numHeads,
        width,
        factor,
        scores.pointer,
        strideOf(scores),
        count,
      );
    },
    attentionMixture: (weights, values, groups, factor, results) =>
      blend(wasm.attentionMixture, weights, values, groups, factor, results),
    attentionSpread: (weights, x, groups, factor, keys) =>
      blend(wasm.attentionSpread, weights, keys, groups, factor, x),
  };
}
