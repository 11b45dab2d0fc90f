import type { Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** out[i] = a[index[i]]. */
export function gatherStep(a: Slot, index: Int32Array, out: Slot, { values, adjoints }: TapeBuffers): Step {
  const from = a.offset;
  const to = out.offset;
  return {
    forward() {
      for (let i = 0; i < index.length; i++) values[to + i] = values[from + index[i]];
      return 0;
    },
    backward() {
      for (let i = 0; i < index.length; i++) adjoints[from + index[i]] += adjoints[to + i];
    },
  };
}

/** out = Σ a. */
export function sumStep(a: Slot, out: Slot, { values, adjoints }: TapeBuffers): Step {
  const end = a.offset + a.size;
  return {
    forward() {
      let sum = 0;
      for (let i = a.offset; i < end; i++) sum += values[i];
      values[out.offset] = sum;
      return 0;
    },
    backward() {
      const g = adjoints[out.offset];
      for (let i = a.offset; i < end; i++) adjoints[i] += g;
    },
  };
}

/** Adds Σ a to the target. */
export function factorStep(a: Slot, { values, adjoints }: TapeBuffers): Step {
  const end = a.offset + a.size;
  return {
    forward() {
      let sum = 0;
      for (let i = a.offset; i < end; i++) sum += values[i];
      return sum;
    },
    backward() {
      for (let i = a.offset; i < end; i++) adjoints[i] += 1;
    },
  };
}
