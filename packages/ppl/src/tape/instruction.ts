import type { Support } from "@poolish/core";

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
  | "tanh";

export type BinaryName = "add" | "subtract" | "multiply" | "divide" | "power";

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
  /** out = the constrained value of the position block `a`; adds log |Jacobian| to the target. */
  | { readonly op: "constrain"; readonly support: Support; readonly a: Slot; readonly out: Slot }
  /** Adds Σ log p(x_i | parameters_i) of the family to the target. */
  | {
      readonly op: "logDensity";
      readonly site: string;
      readonly family: string;
      readonly count: number;
      readonly x: Slot;
      readonly parameters: readonly Slot[];
    }
  /** Adds the log-likelihood of observation number `observation` to the target. */
  | { readonly op: "learned"; readonly observation: number; readonly parts: readonly RowPart[] }
  /** Adds Σ a to the target. */
  | { readonly op: "factor"; readonly a: Slot };

/** What a step needs to know about the buffer: one block of the position, then constants, then results. */
export interface Layout {
  readonly dim: number;
  /** Slots from here on are computed; slots in [dim, firstComputed) are constants, whose adjoints nobody needs. */
  readonly firstComputed: number;
  readonly size: number;
}

/** True when the slot holds data or numbers of the program: no adjoint flows into it. */
export function isConstantSlot(layout: Layout, slot: Slot): boolean {
  return slot.offset >= layout.dim && slot.offset < layout.firstComputed;
}
