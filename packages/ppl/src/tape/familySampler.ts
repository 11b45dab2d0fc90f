import type { Rng } from "@poolish/core";
import { familyFrom } from "@poolish/distributions";
import type { Instruction } from "./instruction.ts";

/** A site of a distribution of the language: a latent one or an observed one. */
export type LogDensityInstruction = Extract<Instruction, { op: "logDensity" }>;

/**
 * Draws x of a site from its family, given the parameters that the tape's buffer `values` holds at the call: overwrites
 * `out` (length x.size). Elements whose parameters are off their support are NaN.
 */
export function familySampler(
  { family: descriptor, count, parameters: slots, widths: [width, ...widths] }: LogDensityInstruction,
  values: Float64Array,
): (rng: Rng, out: Float64Array) => void {
  const family = familyFrom(descriptor);
  const numbers = new Array<number>(widths.reduce((total, each) => total + each, 0));
  const readParameters = (i: number): void => {
    let at = 0;
    slots.forEach(({ offset, size }, k) => {
      const from = offset + (size === widths[k] ? 0 : i * widths[k]);
      for (let j = 0; j < widths[k]; j++) numbers[at++] = values[from + j];
    });
  };
  if (family.eventShape === "scalar") {
    return (rng, out) => {
      for (let i = 0; i < count; i++) {
        readParameters(i);
        out[i] = family.sample(rng, numbers);
      }
    };
  }
  return (rng, out) => {
    for (let i = 0; i < count; i++) {
      readParameters(i);
      family.sample(rng, numbers, out.subarray(i * width, (i + 1) * width));
    }
  };
}
