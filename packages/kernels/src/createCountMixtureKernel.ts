import type { CountMixtureKernel, CountMixtureKernelOptions } from "./countMixtureKernel.ts";
import { type CountMixtureMemory, createCountMixtureMemory } from "./countMixtureMemory.ts";
import { type CountMixtureExports, instantiateCountMixture } from "./countMixtureModule.ts";
import { RESERVED_BYTES } from "./memory.ts";

/** At or below this, masses lose digits to underflow. */
const SMALLEST_MASS = 1e-200;

function requireCount(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new Error(`${name} must be a whole number from ${least} to ${most}, got ${value}`);
}

/**
 * An instance of the kernel with a memory of its own, ready at once (no fetch, no promise).
 * @throws Error for sizes that are not whole numbers, no component, or more than 4 GiB.
 */
export function createCountMixtureKernel(options: CountMixtureKernelOptions): CountMixtureKernel {
  const { numComponents, maxRows, maxTerms } = options;
  requireCount("numComponents", numComponents, 1, 2 ** 20);
  requireCount("maxRows", maxRows, 0, 2 ** 30);
  requireCount("maxTerms", maxTerms, 0, 2 ** 30);
  const numOutputs = 3 * numComponents + 2;
  const arrays = createCountMixtureMemory(options);
  const wasm = instantiateCountMixture(arrays.memory);
  if (wasm.heapBase() > RESERVED_BYTES) throw new Error("the kernel's constants outgrew RESERVED_BYTES");
  let current = { numRows: 0, numTerms: 0 };
  return {
    numOutputs,
    outputs: arrays.outputs,
    outputGradient: arrays.outputGradient,
    rowOfTerm: arrays.rowOfTerm,
    lower: arrays.lower,
    upper: arrays.upper,
    logTerms: arrays.logTerms,
    faintTerms: arrays.faintTerms,
    adjoint: arrays.adjoint,
    evaluate(numRows, numTerms) {
      requireCount("numRows", numRows, 0, maxRows);
      requireCount("numTerms", numTerms, 0, maxTerms);
      current = { numRows, numTerms };
      return evaluate(wasm, arrays, numComponents, numRows, numTerms);
    },
    pullback() {
      arrays.outputGradient.fill(0, 0, current.numRows * numOutputs);
      pullback(wasm, arrays, numComponents, current.numTerms);
    },
  };
}

function evaluate(
  wasm: CountMixtureExports,
  arrays: CountMixtureMemory,
  numComponents: number,
  numRows: number,
  numTerms: number,
): number {
  const edgeOfTerm = arrays.edgeOfTerm.byteOffset;
  const edgeAt = arrays.edgeAt.byteOffset;
  const edgeMixture = arrays.edgeMixture.byteOffset;
  const mixtures = arrays.mixtures.byteOffset;
  const y = arrays.y.byteOffset;
  const tail = arrays.tail.byteOffset;
  const numEdges = wasm.findEdges(
    arrays.lower.byteOffset,
    arrays.upper.byteOffset,
    arrays.rowOfTerm.byteOffset,
    numTerms,
    mixtures,
    numRows,
    numComponents,
    edgeOfTerm,
    edgeAt,
    edgeMixture,
  );
  if (numEdges < 0) throw new Error(`rowOfTerm holds a row outside [0, ${numRows})`);
  wasm.readMixtures(arrays.outputs.byteOffset, mixtures, numRows, numComponents);
  wasm.moveEdges(edgeAt, edgeMixture, numEdges, y, arrays.density.byteOffset, tail, numComponents);
  return wasm.sumTerms(
    edgeOfTerm,
    edgeMixture,
    numTerms,
    tail,
    arrays.mass.byteOffset,
    arrays.inverseTotal.byteOffset,
    arrays.logTerms.byteOffset,
    arrays.faintTerms.byteOffset,
    SMALLEST_MASS,
    numComponents,
  );
}

function pullback(
  wasm: CountMixtureExports,
  arrays: CountMixtureMemory,
  numComponents: number,
  numTerms: number,
): void {
  wasm.pullback(
    arrays.adjoint.byteOffset,
    arrays.inverseTotal.byteOffset,
    arrays.edgeOfTerm.byteOffset,
    arrays.rowOfTerm.byteOffset,
    numTerms,
    arrays.mixtures.byteOffset,
    arrays.y.byteOffset,
    arrays.density.byteOffset,
    arrays.mass.byteOffset,
    arrays.outputGradient.byteOffset,
    numComponents,
  );
}
