import type { PureInstruction, ReductionName, Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** out[i] = the reduction of the i-th of out.size equal runs of a. */
export function reduceStep({ name, a, out }: Extract<PureInstruction, { op: "reduce" }>, buffers: TapeBuffers): Step {
  const makers: Record<ReductionName, (a: Slot, out: Slot, buffers: TapeBuffers) => Step> = {
    sum: sumRunsStep,
    logSumExp: logSumExpStep,
  };
  return makers[name](a, out, buffers);
}

function sumRunsStep(a: Slot, out: Slot, { values, adjoints }: TapeBuffers): Step {
  const width = a.size / out.size;
  return {
    forward() {
      for (let i = 0; i < out.size; i++) {
        const from = a.offset + i * width;
        let sum = 0;
        for (let k = 0; k < width; k++) sum += values[from + k];
        values[out.offset + i] = sum;
      }
      return 0;
    },
    backward() {
      for (let i = 0; i < out.size; i++) {
        const from = a.offset + i * width;
        const g = adjoints[out.offset + i];
        for (let k = 0; k < width; k++) adjoints[from + k] += g;
      }
    },
  };
}

/** log Σ exp, shifted by the largest element; the slope of an element is its share, which is 0 where all are -Infinity. */
function logSumExpStep(a: Slot, out: Slot, { values, adjoints }: TapeBuffers): Step {
  const width = a.size / out.size;
  return {
    forward() {
      for (let i = 0; i < out.size; i++) {
        const from = a.offset + i * width;
        let largest = -Infinity;
        for (let k = 0; k < width; k++) largest = Math.max(largest, values[from + k]);
        let sum = 0;
        for (let k = 0; k < width; k++) sum += Math.exp(values[from + k] - largest);
        values[out.offset + i] = Number.isFinite(largest) ? largest + Math.log(sum) : largest;
      }
      return 0;
    },
    backward() {
      for (let i = 0; i < out.size; i++) {
        const from = a.offset + i * width;
        const total = values[out.offset + i];
        if (total === -Infinity) continue;
        const g = adjoints[out.offset + i];
        for (let k = 0; k < width; k++) adjoints[from + k] += g * Math.exp(values[from + k] - total);
      }
    },
  };
}
