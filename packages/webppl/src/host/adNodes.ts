/** A matrix or array of WebPPL (adnn): row-major `data` with its `dims`. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float64Array;
  readonly length: number;
}

/**
 * A node of the tape that WebPPL's arithmetic leaves behind (adnn's `ScalarNode`). Walking back from a node calls
 * `backward` on each ancestor once, after all its consumers; it must ADD to the `dx` of its parents.
 */
export interface ScalarNode {
  readonly x: number;
  dx: number;
  backprop(): void;
}

/** As `ScalarNode`, for tensors. */
export interface TensorNode {
  readonly x: Tensor;
  readonly dx: Tensor;
}

/** A number, or one that WebPPL is differentiating. */
export type Scalar = number | ScalarNode;
export type AdNode = ScalarNode | TensorNode;

export type TensorConstructor = new (dims: readonly number[]) => Tensor;
export type ScalarNodeConstructor = new (
  x: number,
  parents: readonly AdNode[],
  inputs: readonly unknown[],
  backward?: (this: ScalarNode) => void,
) => ScalarNode;
export type TensorNodeConstructor = new (
  x: Tensor,
  parents: readonly AdNode[],
  inputs: readonly unknown[],
) => TensorNode;

/** The few operations of WebPPL's `ad` that we use: arithmetic on numbers and nodes alike. */
export interface Ad {
  isLifted(value: unknown): value is AdNode;
  lift(value: unknown): AdNode;
  value(scalar: Scalar): number;
  readonly tensor: Record<string, (...values: never[]) => unknown> & {
    get(tensor: Tensor | TensorNode, index: number): Scalar;
  };
  /** Replaces the nodes inside of a value of any shape by their numbers. */
  valueRec(value: unknown): unknown;
  readonly scalar: Record<string, (...values: Scalar[]) => unknown> & {
    add(a: Scalar, b: Scalar): Scalar;
    sub(a: Scalar, b: Scalar): Scalar;
    mul(a: Scalar, b: Scalar): Scalar;
    div(a: Scalar, b: Scalar): Scalar;
    log(a: Scalar): Scalar;
    logGamma(a: Scalar): Scalar;
  };
}
