import { columnsOf, type Indices, type Kernels, type Matrix, matrixLength } from "@poolish/kernels";

/** How many rows and terms are in use. */
export interface Size {
  numRows: number;
  numTerms: number;
}

/** What networks over the same rows and terms read, and where all of them ADD their inputs' gradients. */
export interface SplitInputs {
  readonly size: Size;
  /** maxRows × numRowInputs. */
  readonly rows: Matrix;
  readonly rowGradient: Matrix;
  /** maxTerms × numTermInputs; a network reads as many of the first columns as it has term inputs. */
  readonly terms: Matrix;
  readonly termGradient: Matrix;
  /** The row of each term; rises. */
  readonly rowOf: Indices;
  /** 0, 1, 2, …: the item of each term of a network that runs once a term. */
  readonly termItself: Int32Array;
}

/** Float32 elements that `createSplitInputs` allocates. */
export function splitInputsCapacity(
  numRowInputs: number,
  numTermInputs: number,
  maxRows: number,
  maxTerms: number,
): number {
  return (
    2 * matrixLength(maxRows, numRowInputs) + 2 * matrixLength(maxTerms, Math.max(1, numTermInputs)) + maxTerms + 4
  );
}

export function createSplitInputs(
  kernels: Kernels,
  numRowInputs: number,
  numTermInputs: number,
  maxRows: number,
  maxTerms: number,
): SplitInputs {
  const width = Math.max(1, numTermInputs);
  return {
    size: { numRows: 0, numTerms: 0 },
    rows: kernels.allocateMatrix(maxRows, numRowInputs),
    rowGradient: kernels.allocateMatrix(maxRows, numRowInputs),
    terms: kernels.allocateMatrix(maxTerms, width),
    termGradient: kernels.allocateMatrix(maxTerms, width),
    rowOf: kernels.allocateIndices(maxTerms),
    termItself: Int32Array.from({ length: maxTerms }, (_, i) => i),
  };
}

/** Sets the gradients of the rows and terms in use to 0. */
export function clearInputGradients({ size, rowGradient, termGradient }: SplitInputs): void {
  rowGradient.values.fill(0, 0, size.numRows * rowGradient.stride);
  termGradient.values.fill(0, 0, size.numTerms * termGradient.stride);
}

/**
 * The first columns of a gradient that results are ADDED to. A kernel writes up to the next multiple of 8 columns, but what
 * it adds there are zeros: the view may count as padded although other columns follow.
 */
export function firstColumnsToAdd(gradient: Matrix, count: number): Matrix {
  return { ...columnsOf(gradient, 0, count), isPadded: gradient.isPadded };
}
