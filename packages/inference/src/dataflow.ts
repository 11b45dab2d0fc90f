import { type CompiledModel, inputSlots, type Slot } from "@poolish/ppl";

/** Which instruction writes each number of a tape's buffer; -1 for the position and constants. */
export function writersOf({ instructions, layout }: CompiledModel): Int32Array {
  const writers = new Int32Array(layout.size).fill(-1);
  instructions.forEach((instruction, i) => {
    if ("out" in instruction) writers.fill(i, instruction.out.offset, instruction.out.offset + instruction.out.size);
  });
  return writers;
}

/**
 * Offsets of the latent values that the numbers of `slots` are computed from, without going through other latent values.
 */
export function latentSources(model: CompiledModel, writers: Int32Array, slots: readonly Slot[]): ReadonlySet<number> {
  const { instructions } = model;
  const seen = new Set<number>();
  const sources = new Set<number>();
  const visit = ({ offset, size }: Slot): void => {
    for (let i = offset; i < offset + size; i++) {
      const writer = writers[i];
      if (writer < 0 || seen.has(writer)) continue;
      seen.add(writer);
      const instruction = instructions[writer];
      if (instruction.op === "constrain") sources.add(instruction.out.offset);
      else for (const input of inputSlots(instruction)) visit(input);
    }
  };
  for (const slot of slots) visit(slot);
  return sources;
}
