import { compileBase64 } from "./compileBase64.ts";
import { countMixture } from "./generated/countMixture.ts";

/** The functions of assembly/countMixture/index.ts; every pointer is a byte address. */
export type CountMixtureExports = {
  readonly heapBase: () => number;
  readonly readMixtures: (outputs: number, mixtures: number, numRows: number, numComponents: number) => void;
  readonly findEdges: (
    lower: number,
    upper: number,
    rowOfTerm: number,
    numTerms: number,
    mixtures: number,
    numRows: number,
    numComponents: number,
    edgeOfTerm: number,
    edgeAt: number,
    edgeMixture: number,
  ) => number;
  readonly moveEdges: (
    edgeAt: number,
    edgeMixture: number,
    numEdges: number,
    y: number,
    density: number,
    tail: number,
    numComponents: number,
  ) => void;
  readonly sumTerms: (
    edgeOfTerm: number,
    edgeMixture: number,
    numTerms: number,
    tail: number,
    mass: number,
    inverseTotal: number,
    logTerms: number,
    faintTerms: number,
    smallest: number,
    numComponents: number,
  ) => number;
  readonly pullback: (
    adjoint: number,
    inverseTotal: number,
    edgeOfTerm: number,
    rowOfTerm: number,
    numTerms: number,
    mixtures: number,
    y: number,
    density: number,
    mass: number,
    outputGradient: number,
    numComponents: number,
  ) => void;
};

/** Compiled code has no state: one copy serves every instance of the process. */
let compiled: WebAssembly.Module | undefined;

/** A new instance over `memory`, synchronously. */
export function instantiateCountMixture(memory: WebAssembly.Memory): CountMixtureExports {
  compiled ??= compileBase64(countMixture);
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as CountMixtureExports;
}
