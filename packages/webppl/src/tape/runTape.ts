import type { TensorConstructor } from "../host/adNodes.ts";
import { assemble } from "./assemble.ts";
import { comparisons } from "./comparisons.ts";
import { runBackward, runForward } from "./machine.ts";
import type { Instruction, LearnedCall, ParameterRange, Tape, TapeProgram } from "./tape.ts";
import { fillTemplate } from "./valueTemplate.ts";

/** A tape that is run again and again. */
export interface RunningTape {
  /**
   * The log-density (without the Jacobian of the choices' bijectors) at the choices' values `x`; undefined where the
   * program would take another path than the recorded one.
   */
  evaluate(x: Float64Array): number | undefined;
  /** Overwrites `xGradient`, the derivatives at the last evaluation, which must have been finite. */
  backpropagate(xGradient: Float64Array): void;
  /** The value in a slot at the last evaluation. */
  readonly values: Float64Array;
}

/** A program at one position, told by its tape. */
export interface TapedDraw {
  readonly value: unknown;
  /** Log joint density of choices and evidence, without Jacobians. */
  readonly score: number;
  readonly leftTrainingBox: boolean;
}

export function runTape(tape: TapeProgram & { readonly learned: readonly LearnedCall[] }): RunningTape {
  const { numChoices, slots, instructions, learned } = tape;
  const values = Float64Array.from(slots);
  const adjoints = new Float64Array(slots.length);
  const machine = assemble(tape);
  const takesThisPath = guardsOf(instructions);
  const isInRange = checksOf(instructions);

  function sumOfLearned(): number {
    let total = 0;
    for (const { batch, theta } of learned) {
      for (let i = 0; i < theta.length; i++) batch.theta[i] = values[theta[i]];
      total += batch.logLikelihood(true);
    }
    return total;
  }

  return {
    values,
    evaluate(x) {
      for (let i = 0; i < numChoices; i++) values[i] = x[i];
      const total = runForward(machine, values);
      // A guard behind a check that fails may be wrong, but then the program itself is asked.
      if (!takesThisPath(values)) return undefined;
      if (!isInRange(values)) return -Infinity;
      return Number.isFinite(total) && learned.length > 0 ? total + sumOfLearned() : total;
    },
    backpropagate(xGradient) {
      adjoints.fill(0);
      for (const { batch, theta } of learned) {
        for (let i = 0; i < theta.length; i++) adjoints[theta[i]] += batch.gradient[i];
      }
      runBackward(machine, values, adjoints);
      for (let i = 0; i < numChoices; i++) xGradient[i] = adjoints[i];
    },
  };
}

/**
 * What the program returns at the last evaluation of `tape`, whose log-density was `logDensity`; undefined where that
 * cannot be told. Overwrites `constrained` with the values of the choices as the program saw them.
 */
export function drawFrom(
  { value, seen, jacobians, learned }: Tape,
  { values }: RunningTape,
  logDensity: number,
  constrained: Float64Array,
  Tensor: TensorConstructor,
): TapedDraw | undefined {
  if (value === undefined) return undefined;
  for (let i = 0; i < seen.length; i++) constrained[i] = values[seen[i]];
  let score = logDensity;
  for (const slot of jacobians) score -= values[slot];
  let leftTrainingBox = false;
  for (const { batch } of learned) leftTrainingBox ||= batch.leavesTrainingBox?.() === true;
  return { value: fillTemplate(value, values, Tensor), score, leftTrainingBox };
}

function guardsOf(instructions: readonly Instruction[]): (values: Float64Array) => boolean {
  const guards = instructions.flatMap((instruction) =>
    instruction.kind === "guard" ? [{ ...instruction, compare: comparisons[instruction.compare] }] : [],
  );
  return (values) => {
    for (let i = 0; i < guards.length; i++) {
      const { compare, a, b, expected } = guards[i];
      if (compare(values[a], values[b]) !== expected) return false;
    }
    return true;
  };
}

function checksOf(instructions: readonly Instruction[]): (values: Float64Array) => boolean {
  const checks = instructions.flatMap((instruction) => (instruction.kind === "check" ? [instruction] : []));
  return (values) => {
    for (let i = 0; i < checks.length; i++) if (!isWithin(checks[i].range, values[checks[i].slot])) return false;
    return true;
  };
}

function isWithin({ low, high, lopen, ropen }: ParameterRange, value: number): boolean {
  return (lopen ? value > low : value >= low) && (ropen ? value < high : value <= high);
}
