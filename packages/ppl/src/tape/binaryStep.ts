import type { BinaryName, Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** Offsets and strides (0 repeats a single number, 1 walks) of two operands a, b and the result o, over n elements. */
type Loop = (
  y: Float64Array,
  dy: Float64Array,
  a: number,
  aStride: number,
  b: number,
  bStride: number,
  o: number,
  n: number,
) => void;

const forwardLoops: Record<BinaryName, Loop> = {
  add: (y, _dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) y[o + i] = y[a + i * s] + y[b + i * t];
  },
  subtract: (y, _dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) y[o + i] = y[a + i * s] - y[b + i * t];
  },
  multiply: (y, _dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) y[o + i] = y[a + i * s] * y[b + i * t];
  },
  divide: (y, _dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) y[o + i] = y[a + i * s] / y[b + i * t];
  },
  power: (y, _dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) y[o + i] = y[a + i * s] ** y[b + i * t];
  },
};

const backwardLoops: Record<BinaryName, Loop> = {
  add: (_y, dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) {
      dy[a + i * s] += dy[o + i];
      dy[b + i * t] += dy[o + i];
    }
  },
  subtract: (_y, dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) {
      dy[a + i * s] += dy[o + i];
      dy[b + i * t] -= dy[o + i];
    }
  },
  multiply: (y, dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) {
      const g = dy[o + i];
      dy[a + i * s] += y[b + i * t] * g;
      dy[b + i * t] += y[a + i * s] * g;
    }
  },
  divide: (y, dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) {
      const g = dy[o + i] / y[b + i * t];
      dy[a + i * s] += g;
      dy[b + i * t] -= y[o + i] * g;
    }
  },
  power: (y, dy, a, s, b, t, o, n) => {
    for (let i = 0; i < n; i++) {
      const base = y[a + i * s];
      const exponent = y[b + i * t];
      dy[a + i * s] += exponent * base ** (exponent - 1) * dy[o + i];
      // d/db a^b = a^b log a, whose limit at a = 0 is 0 for b > 0.
      if (base > 0) dy[b + i * t] += y[o + i] * Math.log(base) * dy[o + i];
    }
  },
};

/**
 * out = f(a, b); an operand of size 1 is repeated. Adjoints of constants are written too: their block of the buffer is
 * scratch that nobody reads, which is cheaper than a branch for each element.
 */
export function binaryStep(name: BinaryName, a: Slot, b: Slot, out: Slot, { values, adjoints }: TapeBuffers): Step {
  const forward = forwardLoops[name];
  const backward = backwardLoops[name];
  const aStride = a.size === 1 ? 0 : 1;
  const bStride = b.size === 1 ? 0 : 1;
  return {
    forward() {
      forward(values, adjoints, a.offset, aStride, b.offset, bStride, out.offset, out.size);
      return 0;
    },
    backward() {
      backward(values, adjoints, a.offset, aStride, b.offset, bStride, out.offset, out.size);
    },
  };
}
