import type { FusedFamily } from "../density/fusedFamilies.ts";
import type { BoundTerm } from "../learned/boundBatch.ts";
import type { ScalarFunction } from "./scalarFunctions.ts";
import type { ValueTemplate } from "./valueTemplate.ts";

/** Indices of slots; a slot holds one number. */
type Slot = number;

/** What a program did on one path through its branches, in order. */
export type Instruction =
  /** Slot `out` becomes f(a, b); a function of one argument ignores b. */
  | { readonly kind: "apply"; readonly f: ScalarFunction; readonly out: Slot; readonly a: Slot; readonly b: Slot }
  /** The log-density of a family joins the sum; a family of one parameter ignores b, whose derivative it leaves at 0. */
  | { readonly kind: "family"; readonly family: FusedFamily; readonly x: Slot; readonly a: Slot; readonly b: Slot }
  /** A slot joins the sum. */
  | { readonly kind: "term"; readonly slot: Slot }
  /** Where the check fails, WebPPL would refuse a parameter: the log-density is -Infinity. */
  | { readonly kind: "check"; readonly isValid: (value: number) => boolean; readonly slot: Slot }
  /** Where the comparison comes out otherwise, the program takes another path, and this tape does not hold. */
  | {
      readonly kind: "guard";
      readonly compare: (a: number, b: number) => boolean;
      readonly a: Slot;
      readonly b: Slot;
      readonly expected: boolean;
    };

/** All observations of one learned likelihood, or one learned prior; θ row-major, by slots. */
export interface LearnedCall {
  readonly batch: BoundTerm;
  readonly theta: Int32Array;
}

/**
 * A recorded run of a program: its log-density as a list of instructions over slots. The first slots are the values of
 * the choices, before random bounds; others hold constants and results.
 */
export interface Tape {
  readonly numChoices: number;
  /** One number a slot: constants are in place, the rest is scratch. */
  readonly slots: Float64Array;
  readonly instructions: readonly Instruction[];
  readonly learned: readonly LearnedCall[];
  /** Terms of the sum that are log-Jacobians of random bounds. */
  readonly jacobians: readonly Slot[];
  /** Where each number of the choices stands, as the program saw it. */
  readonly seen: Int32Array;
  /** What the program returns, undefined where that cannot be told from slots. */
  readonly value: ValueTemplate | undefined;
}
