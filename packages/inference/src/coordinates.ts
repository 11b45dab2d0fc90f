import type { Support } from "@poolish/core";
import { type CompiledModel, elementNames } from "@poolish/ppl";

/** A coordinate of the unconstrained position: the scalar that it stands for, and that scalar's support. */
export interface Coordinate {
  /** `mu`, `rate[5]`. */
  readonly name: string;
  readonly support: Support;
}

/** The coordinates of a model's position, in order. Bijectors work element by element, so that each has one scalar. */
export function coordinatesOf({ instructions, variables, coords, layout }: CompiledModel): readonly Coordinate[] {
  const coordinates = new Array<Coordinate>(layout.dim);
  for (const instruction of instructions) {
    if (instruction.op !== "constrain") continue;
    const { support, a, out } = instruction;
    const variable = variables.find(({ kind, slot }) => kind === "latent" && slot.offset === out.offset);
    if (variable === undefined) throw new Error(`no latent value lies at ${out.offset} of the tape`);
    for (const [i, name] of elementNames(variable, coords).entries()) coordinates[a.offset + i] = { name, support };
  }
  return coordinates;
}
