import type { Support } from "@poolish/core";
import { type CompiledModel, elementNames } from "@poolish/ppl";

/** A coordinate of the unconstrained position: the scalar that it stands for, and that scalar's support. */
export interface Coordinate {
  /** `mu`, `rate[5]`. */
  readonly name: string;
  readonly support: Support;
}

/**
 * The coordinates of a model's position, in order. Most bijectors work element by element, so that each coordinate has
 * one scalar; those of simplices and correlations have fewer coordinates, which are numbered: `share~1`.
 */
export function coordinatesOf(model: CompiledModel): readonly Coordinate[] {
  const { instructions, layout } = model;
  const coordinates = new Array<Coordinate>(layout.dim);
  for (const instruction of instructions) {
    if (instruction.op !== "constrain") continue;
    const { site, support, a } = instruction;
    for (const [i, name] of namesOf(model, site, a.size).entries()) coordinates[a.offset + i] = { name, support };
  }
  return coordinates;
}

function namesOf({ variables, coords }: CompiledModel, site: string, count: number): string[] {
  const variable = variables.find(({ kind, name }) => kind === "latent" && name === site);
  if (variable === undefined) throw new Error(`no latent value is called ${site}`);
  if (variable.slot.size === count) return elementNames(variable, coords);
  return Array.from({ length: count }, (_, i) => `${site}~${i + 1}`);
}
