import { digamma, log1pExp, logGamma, logistic, logit } from "@poolish/math";
import type { Slot, UnaryName } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** One loop per operation and direction, so that each stays monomorphic and inlines its function. */
interface UnaryLoops {
  /** y[o + i] = f(y[a + i]) for i < n. */
  forward(y: Float64Array, a: number, o: number, n: number): void;
  /** dy[a + i] += f'(y[a + i]) dy[o + i]. */
  backward(y: Float64Array, dy: Float64Array, a: number, o: number, n: number): void;
}

const loops: Record<UnaryName, UnaryLoops> = {
  negate: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = -y[a + i];
    },
    backward: (_y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] -= dy[o + i];
    },
  },
  exp: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.exp(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += y[o + i] * dy[o + i];
    },
  },
  log: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.log(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += dy[o + i] / y[a + i];
    },
  },
  square: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = y[a + i] * y[a + i];
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += 2 * y[a + i] * dy[o + i];
    },
  },
  sqrt: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.sqrt(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += (0.5 * dy[o + i]) / y[o + i];
    },
  },
  reciprocal: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = 1 / y[a + i];
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] -= y[o + i] * y[o + i] * dy[o + i];
    },
  },
  log1p: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.log1p(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += dy[o + i] / (1 + y[a + i]);
    },
  },
  expm1: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.expm1(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += (y[o + i] + 1) * dy[o + i];
    },
  },
  softplus: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = log1pExp(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += logistic(y[a + i]) * dy[o + i];
    },
  },
  inverseLogit: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = logistic(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += y[o + i] * (1 - y[o + i]) * dy[o + i];
    },
  },
  logit: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = logit(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += dy[o + i] / (y[a + i] * (1 - y[a + i]));
    },
  },
  sin: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.sin(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += Math.cos(y[a + i]) * dy[o + i];
    },
  },
  cos: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.cos(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] -= Math.sin(y[a + i]) * dy[o + i];
    },
  },
  // Slope 0 at the kink.
  abs: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.abs(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += Math.sign(y[a + i]) * dy[o + i];
    },
  },
  logGamma: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = logGamma(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += digamma(y[a + i]) * dy[o + i];
    },
  },
  tanh: {
    forward: (y, a, o, n) => {
      for (let i = 0; i < n; i++) y[o + i] = Math.tanh(y[a + i]);
    },
    backward: (y, dy, a, o, n) => {
      for (let i = 0; i < n; i++) dy[a + i] += (1 - y[o + i] * y[o + i]) * dy[o + i];
    },
  },
};

/** out = f(a), element by element; `a` and `out` have the same size. */
export function unaryStep(name: UnaryName, a: Slot, out: Slot, { values, adjoints }: TapeBuffers): Step {
  const { forward, backward } = loops[name];
  return {
    forward() {
      forward(values, a.offset, out.offset, out.size);
      return 0;
    },
    backward() {
      backward(values, adjoints, a.offset, out.offset, out.size);
    },
  };
}
