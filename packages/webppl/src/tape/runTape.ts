import { fusedFamilies } from "../density/fusedFamilies.ts";
import { scalarFunctions } from "./scalarFunctions.ts";
import type { Instruction, Tape } from "./tape.ts";
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
  /** What the program returns and has chosen at the last evaluation; undefined where the tape cannot tell. */
  draw(): TapedDraw | undefined;
}

/** A program at one position, told by its tape. */
export interface TapedDraw {
  readonly value: unknown;
  /** The values of the choices as the program saw them. */
  readonly constrained: Float64Array;
  /** Log joint density of choices and evidence, without Jacobians. */
  readonly score: number;
  readonly leftTrainingBox: boolean;
}

/** What an instruction does, as a small number; the four that nearly every program is made of have one of their own. */
const ADD = 0;
const SUB = 1;
const MUL = 2;
const DIV = 3;
const APPLY = 4;
const FAMILY = 5;
const TERM = 6;
const CHECK = 7;
const GUARD = 8;
/** A normal density with a constant standard deviation, which most programs consist of. */
const NORMAL = 9;
/** In the order of their codes. */
const ARITHMETIC = ["add", "sub", "mul", "div"].map((name) => scalarFunctions[`scalar.${name}`]);
const KINDS: Readonly<Record<Instruction["kind"], number>> = {
  apply: APPLY,
  family: FAMILY,
  term: TERM,
  check: CHECK,
  guard: GUARD,
};

export function runTape(tape: Tape): RunningTape {
  const { numChoices, slots, instructions, learned } = tape;
  const count = instructions.length;
  const values = Float64Array.from(slots);
  const adjoints = new Float64Array(slots.length);
  const { codes, first, second, out } = packed(instructions);
  const logScales = fixNormals(tape, codes);
  const functions = instructions.map((instruction) => (instruction.kind === "apply" ? instruction.f : NO_FUNCTION));
  const families = instructions.map((instruction) => (instruction.kind === "family" ? instruction.family : NO_FAMILY));
  const tests = instructions.map(testOf);
  const partials = instructions.map(({ kind }) => new Float64Array(kind === "family" ? 3 : 0));

  function sumOfInstructions(): number | undefined {
    let total = 0;
    for (let i = 0; i < count; i++) {
      const a = values[first[i]];
      const b = values[second[i]];
      switch (codes[i]) {
        case ADD:
          values[out[i]] = a + b;
          break;
        case SUB:
          values[out[i]] = a - b;
          break;
        case MUL:
          values[out[i]] = a * b;
          break;
        case DIV:
          values[out[i]] = a / b;
          break;
        case APPLY:
          values[out[i]] = functions[i].value(a, b);
          break;
        case NORMAL: {
          const z = (values[out[i]] - a) / b;
          total -= 0.5 * z * z + logScales[i];
          break;
        }
        case FAMILY:
          total += families[i].evaluate(values[out[i]], a, b, partials[i]);
          break;
        case TERM:
          total += a;
          break;
        case CHECK:
          if (!tests[i](a, b)) return -Infinity;
          break;
        default:
          if (!tests[i](a, b)) return undefined;
      }
    }
    return total;
  }

  function sumOfLearned(): number {
    let total = 0;
    for (const { batch, theta } of learned) {
      for (let i = 0; i < theta.length; i++) batch.theta[i] = values[theta[i]];
      total += batch.logLikelihood(true);
    }
    return total;
  }

  function pullLearned(): void {
    for (const { batch, theta } of learned) {
      for (let i = 0; i < theta.length; i++) adjoints[theta[i]] += batch.gradient[i];
    }
  }

  function pullFunction(i: number, adjoint: number): void {
    const { byFirst, bySecond } = functions[i];
    const [a, b, value] = [values[first[i]], values[second[i]], values[out[i]]];
    if (byFirst !== undefined) adjoints[first[i]] += adjoint * byFirst(a, b, value);
    if (bySecond !== undefined) adjoints[second[i]] += adjoint * bySecond(a, b, value);
  }

  function pullInstructions(): void {
    for (let i = count - 1; i >= 0; i--) {
      const a = first[i];
      const b = second[i];
      const adjoint = adjoints[out[i]];
      switch (codes[i]) {
        case ADD:
          adjoints[a] += adjoint;
          adjoints[b] += adjoint;
          break;
        case SUB:
          adjoints[a] += adjoint;
          adjoints[b] -= adjoint;
          break;
        case MUL:
          pullProduct(a, b, adjoint);
          break;
        case DIV:
          adjoints[a] += adjoint / values[b];
          adjoints[b] -= (adjoint * values[a]) / (values[b] * values[b]);
          break;
        case APPLY:
          if (adjoint !== 0) pullFunction(i, adjoint);
          break;
        case NORMAL: {
          const slope = (values[out[i]] - values[a]) / (values[b] * values[b]);
          adjoints[out[i]] -= slope;
          adjoints[a] += slope;
          break;
        }
        case FAMILY:
          adjoints[out[i]] += partials[i][0];
          adjoints[a] += partials[i][1];
          adjoints[b] += partials[i][2];
          break;
        case TERM:
          adjoints[a] += 1;
          break;
        default:
      }
    }
  }

  function pullProduct(a: number, b: number, adjoint: number): void {
    const x = values[a];
    adjoints[a] += adjoint * values[b];
    adjoints[b] += adjoint * x;
  }

  let last = 0;
  return {
    evaluate(x) {
      values.set(x);
      const total = sumOfInstructions();
      if (total === undefined || !Number.isFinite(total)) return total;
      last = total + sumOfLearned();
      return last;
    },
    draw() {
      if (tape.value === undefined) return undefined;
      return {
        value: fillTemplate(tape.value, values),
        constrained: Float64Array.from(tape.seen, (slot) => values[slot]),
        score: tape.jacobians.reduce((score, slot) => score - values[slot], last),
        leftTrainingBox: learned.some(({ batch }) => batch.leavesTrainingBox?.() === true),
      };
    },
    backpropagate(xGradient) {
      adjoints.fill(0);
      pullLearned();
      pullInstructions();
      for (let i = 0; i < numChoices; i++) xGradient[i] = adjoints[i];
    },
  };
}

const HALF_LOG_TWO_PI = 0.9189385332046728;
const NO_FUNCTION = scalarFunctions["scalar.add"];
const NO_FAMILY = { parameters: ["none"] as const, evaluate: () => 0 };

/** Operands side by side: of a family, `out` is x, and `first` and `second` are its parameters. */
function packed(instructions: readonly Instruction[]) {
  const codes = Uint8Array.from(instructions, codeOf);
  const operands = instructions.map(operandsOf);
  const column = (index: number) => Int32Array.from(operands, (row) => row[index]);
  return { codes, first: column(0), second: column(1), out: column(2) };
}

/**
 * Marks normal densities whose standard deviation is a constant in `codes`; returns their log σ + ½ log 2π, by
 * instruction. A constant that is no standard deviation stays with the family, which makes NaN of it.
 */
function fixNormals({ numChoices, slots, instructions }: Tape, codes: Uint8Array): Float64Array {
  const computed = new Set(instructions.map((instruction) => (instruction.kind === "apply" ? instruction.out : -1)));
  const logScales = new Float64Array(instructions.length);
  instructions.forEach((instruction, i) => {
    if (instruction.kind !== "family" || instruction.family !== fusedFamilies.Gaussian) return;
    const { b } = instruction;
    if (b < numChoices || computed.has(b) || !(slots[b] > 0)) return;
    codes[i] = NORMAL;
    logScales[i] = Math.log(slots[b]) + HALF_LOG_TWO_PI;
  });
  return logScales;
}

function codeOf(instruction: Instruction): number {
  const arithmetic = instruction.kind === "apply" ? ARITHMETIC.indexOf(instruction.f) : -1;
  return arithmetic >= 0 ? arithmetic : KINDS[instruction.kind];
}

function operandsOf(instruction: Instruction): readonly [first: number, second: number, out: number] {
  switch (instruction.kind) {
    case "apply":
      return [instruction.a, instruction.b, instruction.out];
    case "family":
      return [instruction.a, instruction.b, instruction.x];
    case "guard":
      return [instruction.a, instruction.b, 0];
    default:
      return [instruction.slot, instruction.slot, 0];
  }
}

function testOf(instruction: Instruction): (a: number, b: number) => boolean {
  if (instruction.kind === "check") return instruction.isValid;
  if (instruction.kind !== "guard") return () => true;
  const { compare, expected } = instruction;
  return (a, b) => compare(a, b) === expected;
}
