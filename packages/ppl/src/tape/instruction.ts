import type { Support } from "@poolish/core";
import type { FamilyDescriptor } from "@poolish/distributions";

/** A block of a tape's buffer: `size` numbers from `offset`, row-major over the node's plates. */
export interface Slot {
  readonly offset: number;
  readonly size: number;
}

export type UnaryName =
  | "negate"
  | "exp"
  | "log"
  | "square"
  | "sqrt"
  | "reciprocal"
  | "log1p"
  | "expm1"
  | "softplus"
  | "inverseLogit"
  | "logit"
  | "tanh"
  | "sin"
  | "cos"
  | "abs"
  | "logGamma";

export type BinaryName = "add" | "subtract" | "multiply" | "divide" | "power" | "minimum" | "maximum";

export type ReductionName = "sum" | "logSumExp";

/** A parameter of a learned likelihood: θ row r takes element index[r] of the slot. */
export interface RowPart {
  readonly slot: Slot;
  readonly index: Int32Array;
}

/** One vectorised operation, as plain data. Operands of size 1 are broadcast against the other operands. */
export type Instruction =
  /** out = f(a). */
  | { readonly op: "unary"; readonly name: UnaryName; readonly a: Slot; readonly out: Slot }
  /** out = f(a, b). */
  | { readonly op: "binary"; readonly name: BinaryName; readonly a: Slot; readonly b: Slot; readonly out: Slot }
  /** out[i] = a[index[i]]. */
  | { readonly op: "gather"; readonly a: Slot; readonly index: Int32Array; readonly out: Slot }
  /** out = Σ a. */
  | { readonly op: "sum"; readonly a: Slot; readonly out: Slot }
  /** out[i] = the reduction of the i-th of out.size equal runs of a. */
  | { readonly op: "reduce"; readonly name: ReductionName; readonly a: Slot; readonly out: Slot }
  /** out[i] = Σ_k a[aRow[i] + k] b[bRow[i] + k] over k < width. */
  | {
      readonly op: "dot";
      readonly width: number;
      readonly a: Slot;
      readonly aRow: Int32Array;
      readonly b: Slot;
      readonly bRow: Int32Array;
      readonly out: Slot;
    }
  /** Vectors out of their elements: part p of P gives runs p, p + P, …, `width` long each; one run is repeated. */
  | { readonly op: "stack"; readonly width: number; readonly parts: readonly Slot[]; readonly out: Slot }
  /** out = the constrained value of the position block `a`; adds log |Jacobian| to the target. */
  | {
      readonly op: "constrain";
      readonly site: string;
      readonly support: Support;
      readonly a: Slot;
      readonly out: Slot;
    }
  /**
   * Adds Σ log p(x_i | parameters_i) of the family to the target, over `count` elements. widths[0] is the length of one
   * x, widths[1 + k] that of parameter k; a slot as long as one element is shared by all.
   */
  | {
      readonly op: "logDensity";
      readonly site: string;
      readonly family: FamilyDescriptor;
      readonly count: number;
      readonly x: Slot;
      readonly parameters: readonly Slot[];
      readonly widths: readonly number[];
    }
  /**
   * Adds Σ_i log q_i(x_1[i], …, x_D[i]) to the target: a learned joint density of D latent values, element i's being number
   * densities[i] of the model's likelihoods.
   */
  | {
      readonly op: "learnedPrior";
      readonly site: string;
      readonly densities: readonly number[];
      readonly coordinates: readonly Slot[];
    }
  /** Adds the log-likelihood of observation number `observation` to the target. */
  | { readonly op: "learned"; readonly observation: number; readonly parts: readonly RowPart[] }
  /** Adds Σ a to the target. */
  | { readonly op: "factor"; readonly a: Slot };

/** Instructions that compute values and add nothing to the target. */
export type PureInstruction = Extract<
  Instruction,
  { readonly op: "unary" | "binary" | "gather" | "sum" | "reduce" | "dot" | "stack" }
>;

/** What a step needs to know about the buffer: one block of the position, then constants, then results. */
export interface Layout {
  readonly dim: number;
  /** Slots from here on are computed; slots in [dim, firstComputed) are constants, whose adjoints nobody needs. */
  readonly firstComputed: number;
  readonly size: number;
  /** Slots from here on are constants that a pass over the tape has added. */
  readonly appendedFrom?: number;
}

/** True when the slot holds data or numbers of the program: no adjoint flows into it. */
export function isConstantSlot(layout: Layout, slot: Slot): boolean {
  const { dim, firstComputed, appendedFrom = layout.size } = layout;
  return (slot.offset >= dim && slot.offset < firstComputed) || slot.offset >= appendedFrom;
}
