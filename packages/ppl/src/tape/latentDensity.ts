import type { LogDensityInstruction } from "./familySampler.ts";
import type { Instruction, Slot } from "./instruction.ts";
import type { LearnedPriorInstruction } from "./learnedPriorStep.ts";

/** What says how probable a latent value is: a family, or a learned density of it and others. */
export type LatentDensityInstruction = LogDensityInstruction | LearnedPriorInstruction;

/** The instruction with the density of the latent value in the place `x`. */
export function latentDensity(instructions: readonly Instruction[], { offset }: Slot): LatentDensityInstruction {
  for (const each of instructions) {
    if (each.op === "logDensity" && each.x.offset === offset) return each;
    if (each.op === "learnedPrior" && each.coordinates.some((coordinate) => coordinate.offset === offset)) return each;
  }
  throw new Error("a latent site without a density");
}
