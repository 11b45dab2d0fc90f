import type { Support } from "@poolish/core";
import {
  type CompiledModel,
  elementNames,
  type LatentDensityInstruction,
  latentDensity,
  type Slot,
  type Variable,
} from "@poolish/ppl";

/**
 * What one `sample` of a model puts on the tape. A non-centred site has its standard deviations here, not the values that
 * are recorded; both go by the same names.
 */
export interface LatentSite {
  readonly name: string;
  readonly support: Support;
  /** Its block of the position. */
  readonly position: Slot;
  /** Its block of the buffer, on the constrained scale. */
  readonly slot: Slot;
  /** Of its own, or of several sites together: a learned prior. */
  readonly density: LatentDensityInstruction;
  /** The recorded variable: axes and labels. */
  readonly variable: Variable;
  /** First of its elements among those of all latent sites ("latents"). */
  readonly first: number;
}

/** The latent sites of a model in the order of the tape. */
export function latentSites({ instructions, variables }: CompiledModel): readonly LatentSite[] {
  let first = 0;
  return instructions.flatMap((constrain): LatentSite[] => {
    if (constrain.op !== "constrain") return [];
    const { site: name, support, a: position, out: slot } = constrain;
    const variable = variables.find((each) => each.kind === "latent" && each.name === name);
    if (variable === undefined) throw new Error(`${name} is no whole latent site`);
    const density = latentDensity(instructions, slot);
    const site = { name, support, position, slot, density, variable, first };
    first += slot.size;
    return [site];
  });
}

export function countLatents(sites: readonly LatentSite[]): number {
  return sites.reduce((count, { slot }) => count + slot.size, 0);
}

/** The names of all latents in order. */
export function latentNames(sites: readonly LatentSite[], { coords }: CompiledModel): string[] {
  return sites.flatMap(({ variable }) => elementNames(variable, coords));
}
