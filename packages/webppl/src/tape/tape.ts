import type { BoundTerm } from "../learned/boundBatch.ts";
import type { ValueTemplate } from "./valueTemplate.ts";

/** Index of a slot; a slot holds one number. A tensor has a slot for each of its numbers, row-major. */
export type Slot = number;

/** Where a parameter of a distribution may lie. */
export interface ParameterRange {
  readonly low: number;
  readonly high: number;
  /** True where `low` itself is excluded. */
  readonly lopen: boolean;
  readonly ropen: boolean;
}

/** What a program did on one path through its branches, in order: plain data. */
export type Instruction =
  /** Slot `out` becomes f(a, b), one of `scalarFunctions`; a function of one argument ignores b. */
  | { readonly kind: "apply"; readonly f: string; readonly out: Slot; readonly a: Slot; readonly b: Slot }
  /** Slot `out` becomes the sum of the terms. */
  | { readonly kind: "sum"; readonly out: Slot; readonly terms: Int32Array }
  /** Slot `out` becomes Σ a_i b_i. */
  | { readonly kind: "dot"; readonly out: Slot; readonly a: Int32Array; readonly b: Int32Array }
  /** The slots `out` become a function, one of `blocks`, of all slots `from`. */
  | { readonly kind: "block"; readonly block: string; readonly out: Int32Array; readonly from: Int32Array }
  /**
   * The log-density of a family, one of `fusedFamilies`, joins the sum; a family of one parameter ignores b, whose
   * derivative it leaves at 0.
   */
  | { readonly kind: "family"; readonly family: string; readonly x: Slot; readonly a: Slot; readonly b: Slot }
  /** A slot joins the sum. */
  | { readonly kind: "term"; readonly slot: Slot }
  /** Off the range WebPPL would refuse the parameter: the log-density is -Infinity. */
  | { readonly kind: "check"; readonly range: ParameterRange; readonly slot: Slot }
  /** Where one of `comparisons` comes out otherwise, the program takes another path, and this tape does not hold. */
  | {
      readonly kind: "guard";
      readonly compare: string;
      readonly a: Slot;
      readonly b: Slot;
      readonly expected: boolean;
    };

/** All observations of one learned likelihood, or one learned prior; θ row-major, by slots. */
export interface LearnedCall {
  readonly batch: BoundTerm;
  readonly theta: Int32Array;
}

/** What a tape computes: the part of it that a log-density needs. */
export interface TapeProgram {
  readonly numChoices: number;
  /** One number a slot: constants are in place, the rest is scratch. */
  readonly slots: Float64Array;
  readonly instructions: readonly Instruction[];
}

/**
 * A recorded run of a program: its log-density as a list of instructions over slots. The first slots are the values of
 * the choices, before random bounds; others hold constants and results.
 */
export interface Tape extends TapeProgram {
  readonly learned: readonly LearnedCall[];
  /** Terms of the sum that are log-Jacobians of random bounds. */
  readonly jacobians: readonly Slot[];
  /** Where each number of the choices stands, as the program saw it. */
  readonly seen: Int32Array;
  /** What the program returns, undefined where that cannot be told from slots. */
  readonly value: ValueTemplate | undefined;
}
