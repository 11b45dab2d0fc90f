import { type BinaryName, type Instruction, isConstantSlot, type Layout, type Slot } from "./instruction.ts";
import {
  type Pull,
  pullBase,
  pullDivisor,
  pullExponent,
  pullIfAbove,
  pullIfAtLeast,
  pullIfAtMost,
  pullIfBelow,
  pullNegated,
  pullOverOther,
  pullTimesOther,
  pullUnchanged,
} from "./pulls.ts";
import type { Step, TapeBuffers } from "./step.ts";

export type BinaryInstruction = Extract<Instruction, { readonly op: "binary" }>;

/** n results at o of the operands a and b, each with its stride: 0 repeats a single number, 1 walks. */
type ForwardLoop = (y: Float64Array, a: number, s: 0 | 1, b: number, t: 0 | 1, o: number, n: number) => void;

interface Operation {
  readonly forward: ForwardLoop;
  readonly pullLeft: Pull;
  readonly pullRight: Pull;
}

const operations: Record<BinaryName, Operation> = {
  add: {
    forward: (y, a, s, b, t, o, n) => {
      for (let i = 0, j = a, k = b; i < n; i++, j += s, k += t) y[o + i] = y[j] + y[k];
    },
    pullLeft: pullUnchanged,
    pullRight: pullUnchanged,
  },
  subtract: {
    forward: (y, a, s, b, t, o, n) => {
      for (let i = 0, j = a, k = b; i < n; i++, j += s, k += t) y[o + i] = y[j] - y[k];
    },
    pullLeft: pullUnchanged,
    pullRight: pullNegated,
  },
  multiply: {
    forward: (y, a, s, b, t, o, n) => {
      for (let i = 0, j = a, k = b; i < n; i++, j += s, k += t) y[o + i] = y[j] * y[k];
    },
    pullLeft: pullTimesOther,
    pullRight: pullTimesOther,
  },
  divide: {
    forward: (y, a, s, b, t, o, n) => {
      for (let i = 0, j = a, k = b; i < n; i++, j += s, k += t) y[o + i] = y[j] / y[k];
    },
    pullLeft: pullOverOther,
    pullRight: pullDivisor,
  },
  power: {
    forward: (y, a, s, b, t, o, n) => {
      for (let i = 0, j = a, k = b; i < n; i++, j += s, k += t) y[o + i] = y[j] ** y[k];
    },
    pullLeft: pullBase,
    pullRight: pullExponent,
  },
  minimum: {
    forward: (y, a, s, b, t, o, n) => {
      for (let i = 0, j = a, k = b; i < n; i++, j += s, k += t) y[o + i] = Math.min(y[j], y[k]);
    },
    pullLeft: pullIfAtMost,
    pullRight: pullIfBelow,
  },
  maximum: {
    forward: (y, a, s, b, t, o, n) => {
      for (let i = 0, j = a, k = b; i < n; i++, j += s, k += t) y[o + i] = Math.max(y[j], y[k]);
    },
    pullLeft: pullIfAtLeast,
    pullRight: pullIfAbove,
  },
};

/** out = f(a, b); an operand of size 1 is repeated. */
export function binaryStep(
  { name, a, b, out }: BinaryInstruction,
  layout: Layout,
  { values, adjoints }: TapeBuffers,
): Step {
  const { forward, pullLeft, pullRight } = operations[name];
  const { offset: o, size: n } = out;
  const s = a.size === 1 ? 0 : 1;
  const t = b.size === 1 ? 0 : 1;
  const left = pullInto(pullLeft, layout, a);
  const right = pullInto(pullRight, layout, b);
  return {
    forward() {
      forward(values, a.offset, s, b.offset, t, o, n);
      return 0;
    },
    backward() {
      if (left !== undefined) left(values, adjoints, a.offset, b.offset, t, o, n);
      if (right !== undefined) right(values, adjoints, b.offset, a.offset, s, o, n);
    },
  };
}

/** The loop that fits the operand; undefined for a constant, whose adjoint nobody needs. */
function pullInto(pull: Pull, layout: Layout, operand: Slot): Pull["intoVector"] | undefined {
  if (isConstantSlot(layout, operand)) return undefined;
  return operand.size === 1 ? pull.intoScalar : pull.intoVector;
}
