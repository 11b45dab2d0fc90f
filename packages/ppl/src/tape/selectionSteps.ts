import type { Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

// Loops are functions of their own: V8 reads what a closure captures anew in each round.

function gatherLoop(y: Float64Array, from: number, index: Int32Array, to: number): void {
  for (let i = 0; i < index.length; i++) y[to + i] = y[from + index[i]];
}

function scatterAddLoop(dy: Float64Array, from: number, index: Int32Array, to: number): void {
  for (let i = 0; i < index.length; i++) dy[from + index[i]] += dy[to + i];
}

function sumLoop(y: Float64Array, { offset, size }: Slot): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += y[offset + i];
  return sum;
}

function addLoop(dy: Float64Array, { offset, size }: Slot, term: number): void {
  for (let i = 0; i < size; i++) dy[offset + i] += term;
}

/** out[i] = a[index[i]]. */
export function gatherStep(a: Slot, index: Int32Array, out: Slot, { values, adjoints }: TapeBuffers): Step {
  return {
    forward() {
      gatherLoop(values, a.offset, index, out.offset);
      return 0;
    },
    backward() {
      scatterAddLoop(adjoints, a.offset, index, out.offset);
    },
  };
}

/** out = Σ a. */
export function sumStep(a: Slot, out: Slot, { values, adjoints }: TapeBuffers): Step {
  return {
    forward() {
      values[out.offset] = sumLoop(values, a);
      return 0;
    },
    backward() {
      addLoop(adjoints, a, adjoints[out.offset]);
    },
  };
}

/** Adds Σ a to the target. */
export function factorStep(a: Slot, { values, adjoints }: TapeBuffers): Step {
  return {
    forward() {
      return sumLoop(values, a);
    },
    backward() {
      addLoop(adjoints, a, 1);
    },
  };
}
