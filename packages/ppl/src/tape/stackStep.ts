import type { PureInstruction } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** Interleaves the parts: run r of part p becomes run r P + p of `out`. */
export function stackStep(
  { width, parts, out }: Extract<PureInstruction, { op: "stack" }>,
  { values, adjoints }: TapeBuffers,
): Step {
  const numParts = parts.length;
  const stride = numParts * width;
  const numRuns = out.size / stride;
  const offsets = Int32Array.from(parts, ({ offset }) => offset);
  const steps = Int32Array.from(parts, ({ size }) => (size === width ? 0 : width));
  return {
    forward() {
      for (let p = 0; p < numParts; p++) {
        for (let r = 0; r < numRuns; r++) {
          const from = offsets[p] + r * steps[p];
          const to = out.offset + r * stride + p * width;
          for (let k = 0; k < width; k++) values[to + k] = values[from + k];
        }
      }
      return 0;
    },
    backward() {
      for (let p = 0; p < numParts; p++) {
        for (let r = 0; r < numRuns; r++) {
          const from = offsets[p] + r * steps[p];
          const to = out.offset + r * stride + p * width;
          for (let k = 0; k < width; k++) adjoints[from + k] += adjoints[to + k];
        }
      }
    },
  };
}
