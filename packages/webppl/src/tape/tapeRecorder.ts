import type { FusedFamily } from "../density/fusedFamilies.ts";
import type { Scalar, ScalarNode } from "../host/adNodes.ts";
import type { BoundTerm } from "../learned/boundBatch.ts";
import { scalarFunctions } from "./scalarFunctions.ts";
import type { Instruction, LearnedCall, Tape } from "./tape.ts";
import { templateOf, type ValueTemplate } from "./valueTemplate.ts";

/** Writes down, in order, what a differentiated run of a program does to the values of its choices. */
export interface TapeRecorder {
  /** `node` is the value of choice `index`, before random bounds. */
  choice(node: ScalarNode, index: number): void;
  /** A term of the log-density. */
  term(term: Scalar): void;
  /** As `term`, from the program's own `factor`, at which WebPPL has looked to see that it is a number. */
  factor(score: Scalar): void;
  /** WebPPL or the program looked at the number inside of an AD value. */
  look(): void;
  /** The last look is accounted for. */
  explainLook(): void;
  family(family: FusedFamily, x: Scalar, a: Scalar, b: Scalar): void;
  check(isValid: (value: number) => boolean, value: Scalar): void;
  guard(compare: (a: number, b: number) => boolean, a: Scalar, b: Scalar, expected: boolean): void;
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

/** A node as adnn makes it: the operation's name and its arguments. */
interface NamedNode extends ScalarNode {
  readonly name?: string;
  readonly inputs?: readonly unknown[];
}

export function tapeRecorder(numChoices: number): TapeRecorder {
  const slots: number[] = Array.from({ length: numChoices }, () => 0);
  const slotOfNode = new Map<object, number>();
  const instructions: Instruction[] = [];
  const learned: LearnedCall[] = [];
  let isComplete = true;
  let looks = 0;
  const jacobians: number[] = [];
  const seen = Int32Array.from({ length: numChoices }, (_, i) => i);
  let template: ValueTemplate | undefined;

  function newSlot(value: number): number {
    slots.push(value);
    return slots.length - 1;
  }

  function slotOf(value: Scalar): number {
    if (typeof value === "number") return newSlot(value);
    const slot = slotOfNode.get(value);
    if (slot !== undefined) return slot;
    recordAncestors(value);
    return slotOfNode.get(value) ?? 0;
  }

  /** Arguments before results; a list instead of recursion, because sums may be very deep. */
  function recordAncestors(root: NamedNode): void {
    const stack: NamedNode[] = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = (node.inputs ?? []).filter(isNode).filter((input) => !slotOfNode.has(input));
      if (slotOfNode.has(node) || missing.length === 0) {
        stack.pop();
        if (!slotOfNode.has(node)) recordNode(node);
      } else {
        stack.push(...missing);
      }
    }
  }

  function recordNode(node: NamedNode): void {
    const { name = "", inputs = [], x } = node;
    const f = scalarFunctions[name];
    const out = newSlot(x);
    slotOfNode.set(node, out);
    if (f === undefined || typeof x !== "number" || !inputs.every(isScalar)) {
      isComplete = false;
      return;
    }
    const [a, b = a] = inputs.map((input) => slotOf(input));
    instructions.push({ kind: "apply", f, out, a, b });
  }

  function term(score: Scalar): number {
    const slot = slotOf(score);
    instructions.push({ kind: "term", slot });
    return slot;
  }

  return {
    choice: (node, index) => slotOfNode.set(node, index),
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
    family(family, x, a, b) {
      instructions.push({ kind: "family", family, x: slotOf(x), a: slotOf(a), b: slotOf(b) });
    },
    check: (isValid, value) => instructions.push({ kind: "check", isValid, slot: slotOf(value) }),
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
      const wasComplete = isComplete;
      const found = templateOf(value, slotOf);
      // A number that a tape cannot compute spoils the value, not the density.
      template = isComplete === wasComplete ? found : undefined;
      isComplete = wasComplete;
    },
    giveUp() {
      isComplete = false;
    },
    finish: () =>
      isComplete && looks === 0
        ? { numChoices, slots: Float64Array.from(slots), instructions, learned, jacobians, seen, value: template }
        : undefined,
  };
}

function isNode(value: unknown): value is NamedNode {
  return typeof value === "object" && value !== null && "dx" in value;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "number" || (isNode(value) && typeof value.x === "number");
}
