import type { Scalar, ScalarNode, Tensor, TensorNode } from "../host/adNodes.ts";
import type { BoundTerm } from "../learned/boundBatch.ts";
import { type AnyNode, nodeRecorder } from "./nodeRecorder.ts";
import type { Instruction, LearnedCall, ParameterRange, Tape } from "./tape.ts";
import { templateOf, type ValueTemplate } from "./valueTemplate.ts";

/** Writes down, in order, what a differentiated run of a program does to the values of its choices. */
export interface TapeRecorder {
  /** `node` is the value of choice `index`, before random bounds. */
  choice(node: ScalarNode, index: number): void;
  /** The numbers of `node` are the choices from `index` on. */
  choices(node: TensorNode, index: number): void;
  /** A term of the log-density. */
  term(term: Scalar): void;
  /** As `term`, from the program's own `factor`, at which WebPPL has looked to see that it is a number. */
  factor(score: Scalar): void;
  /** WebPPL or the program looked at the number inside of an AD value. */
  look(): void;
  /** The last look is accounted for. */
  explainLook(): void;
  /** A distribution of this name is going to be scored; undefined: it has been. */
  score(distribution: string | undefined): void;
  /** True where MultivariateGaussian looks whether a determinant is positive: with another sign it throws. */
  explainsDeterminant(node: AnyNode): boolean;
  family(family: string, x: Scalar, a: Scalar, b: Scalar): void;
  /** All numbers of `value` must lie in the range. */
  check(range: ParameterRange, value: Scalar | Tensor | TensorNode): void;
  guard(compare: string, a: Scalar, b: Scalar, expected: boolean): void;
  learned(batch: BoundTerm, theta: readonly Scalar[]): void;
  /** A term that is the log-Jacobian of random bounds. */
  jacobian(term: Scalar): void;
  /** Number `index` of the choices' values, after random bounds, as the program sees it. */
  seen(index: number, value: Scalar): void;
  /** What the program has returned. */
  returned(value: unknown): void;
  /** Something happened that a tape cannot hold. */
  giveUp(): void;
  /** The tape, undefined after `giveUp`. */
  finish(): Tape | undefined;
}

/** Longer tapes are slower than WebPPL's own tensors, and take long to write. */
const MAX_INSTRUCTIONS = 200_000;

export function tapeRecorder(numChoices: number): TapeRecorder {
  const instructions: Instruction[] = [];
  const nodes = nodeRecorder(numChoices, instructions);
  const { slotOf } = nodes;
  const learned: LearnedCall[] = [];
  let isComplete = true;
  let looks = 0;
  let scored: string | undefined;
  const jacobians: number[] = [];
  const seen = Int32Array.from({ length: numChoices }, (_, i) => i);
  let template: ValueTemplate | undefined;

  function term(score: Scalar): number {
    const slot = slotOf(score);
    instructions.push({ kind: "term", slot });
    return slot;
  }

  /** A number that a tape cannot compute spoils the value, not the density. */
  function valueTemplate(value: unknown): ValueTemplate | undefined {
    const before = nodes.isComplete;
    const found = templateOf(value, nodes.slotsOf);
    return nodes.isComplete === before ? found : undefined;
  }

  return {
    choice: (node, index) => nodes.define(node, Int32Array.of(index)),
    choices: (node, index) =>
      nodes.define(
        node,
        Int32Array.from(node.x.data, (_, i) => index + i),
      ),
    term,
    factor(score) {
      if (typeof score !== "number") looks--;
      term(score);
    },
    look() {
      looks++;
    },
    explainLook() {
      looks--;
    },
    score(distribution) {
      scored = distribution;
    },
    explainsDeterminant(node) {
      if (node.name !== "determinant" || scored !== "MultivariateGaussian" || !(Number(node.x) > 0)) return false;
      instructions.push({ kind: "guard", compare: "gt", a: slotOf(node as ScalarNode), b: slotOf(0), expected: true });
      return true;
    },
    family(family, x, a, b) {
      instructions.push({ kind: "family", family, x: slotOf(x), a: slotOf(a), b: slotOf(b) });
    },
    check(range, value) {
      for (const slot of nodes.slotsOf(value)) instructions.push({ kind: "check", range, slot });
    },
    guard: (compare, a, b, expected) =>
      instructions.push({ kind: "guard", compare, a: slotOf(a), b: slotOf(b), expected }),
    learned: (batch, theta) => learned.push({ batch, theta: Int32Array.from(theta, slotOf) }),
    jacobian(logJacobian) {
      jacobians.push(term(logJacobian));
    },
    seen(index, value) {
      seen[index] = slotOf(value);
    },
    returned(value) {
      isComplete &&= nodes.isComplete;
      template = valueTemplate(value);
    },
    giveUp() {
      isComplete = false;
    },
    finish: () =>
      isComplete && looks === 0 && instructions.length <= MAX_INSTRUCTIONS
        ? { numChoices, slots: nodes.slots(), instructions, learned, jacobians, seen, value: template }
        : undefined,
  };
}
