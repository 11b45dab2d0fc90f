import type { CountMixtureKernelOptions } from "./countMixtureKernel.ts";
import { createAllocator, createMemory } from "./memory.ts";

/** The arrays of a `CountMixtureKernel` and of its scratch, all views of one memory. */
export interface CountMixtureMemory {
  readonly memory: WebAssembly.Memory;
  readonly outputs: Float64Array;
  readonly outputGradient: Float64Array;
  /** For each row what assembly/countMixture/layout.ts says. */
  readonly mixtures: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly adjoint: Float64Array;
  readonly logTerms: Float64Array;
  readonly inverseTotal: Float64Array;
  /** maxTerms × components. */
  readonly mass: Float64Array;
  readonly edgeAt: Float64Array;
  /** maxEdges × components each. */
  readonly y: Float64Array;
  readonly density: Float64Array;
  readonly tail: Float64Array;
  readonly rowOfTerm: Int32Array;
  readonly faintTerms: Int32Array;
  readonly edgeOfTerm: Int32Array;
  readonly edgeMixture: Int32Array;
}

export function createCountMixtureMemory(options: CountMixtureKernelOptions): CountMixtureMemory {
  const { numComponents, maxRows, maxTerms } = options;
  const maxEdges = 2 * maxTerms;
  // Components are padded to pairs.
  const components = numComponents + (numComponents & 1);
  const numOutputs = 3 * numComponents + 2;
  const lengthOfRows = 2 * numOutputs + 4 * components + 4;
  const capacity = capacityOf(
    maxRows * lengthOfRows + maxTerms * (5 + components) + maxEdges * (1 + 3 * components),
    3 * maxTerms + maxEdges,
  );
  const memory = createMemory(capacity);
  const allocate = createAllocator(memory, capacity);
  const float64 = (length: number) => new Float64Array(memory.buffer, allocate(2 * length).pointer, length);
  const int32 = (length: number) => new Int32Array(memory.buffer, allocate(length).pointer, length);
  return {
    memory,
    outputs: float64(maxRows * numOutputs),
    outputGradient: float64(maxRows * numOutputs),
    mixtures: float64(maxRows * (4 * components + 4)),
    lower: float64(maxTerms),
    upper: float64(maxTerms),
    adjoint: float64(maxTerms),
    logTerms: float64(maxTerms),
    inverseTotal: float64(maxTerms),
    mass: float64(maxTerms * components),
    edgeAt: float64(maxEdges),
    y: float64(maxEdges * components),
    density: float64(maxEdges * components),
    tail: float64(maxEdges * components),
    rowOfTerm: int32(maxTerms),
    faintTerms: int32(maxTerms),
    edgeOfTerm: int32(maxTerms),
    edgeMixture: int32(maxEdges),
  };
}

/** Float32 elements that hold the arrays: each is rounded up to 16 bytes, 4 elements. */
function capacityOf(numFloat64: number, numInt32: number): number {
  const numArrays = 17;
  return 2 * numFloat64 + numInt32 + 4 * numArrays;
}
