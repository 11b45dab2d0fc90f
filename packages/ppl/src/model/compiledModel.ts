import type { LikelihoodDescriptor } from "@poolish/core";
import type { LapseDensity } from "../learned/lapseDensity.ts";
import type { Instruction, Layout, Slot } from "../tape/instruction.ts";

/** A named value that each draw records, on the constrained scale. */
export interface Variable {
  readonly name: string;
  /** Latent values are sampled; deterministic ones are computed from them. */
  readonly kind: "latent" | "deterministic";
  /** Names of the axes: plates, or NAME_dim_K for an axis that comes from data. */
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly slot: Slot;
}

/** Data explained by a learned likelihood. */
export interface Observation {
  readonly site: string;
  /** Which of `likelihoods` explains it. */
  readonly likelihood: number;
  /** The likelihood's columns and conditions, one number a trial. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** The θ row of each trial. */
  readonly row: Int32Array;
  readonly numRows: number;
  /** Whether a barrier stands around the box that the likelihood was trained in. */
  readonly isGuarded: boolean;
  /** Set when trials may be lapses: their density. The instruction's last part is their probability then. */
  readonly lapse?: LapseDensity;
  /** Set when some were missing: the rows of the data that are here. */
  readonly rows?: Int32Array;
}

/** Data explained by a distribution of the language. */
export interface PlainObservation {
  readonly site: string;
  /** What was observed, row-major: one number for each element, or one vector. */
  readonly values: Float64Array;
  /** Set when some were missing: the rows of the data that are here. */
  readonly rows?: Int32Array;
}

/**
 * A model with its data, as plain data: worker threads, pages and later runs receive it by structured cloning.
 * The tape's buffer holds the unconstrained position, then constants, then results (see `Layout`).
 */
export interface CompiledModel {
  readonly format: "poolish-model";
  readonly version: 1;
  readonly name: string;
  readonly layout: Layout;
  readonly constants: readonly { readonly offset: number; readonly values: Float64Array }[];
  readonly instructions: readonly Instruction[];
  readonly variables: readonly Variable[];
  /** Labels along each plate. */
  readonly coords: Readonly<Record<string, readonly string[]>>;
  readonly likelihoods: readonly LikelihoodDescriptor[];
  readonly observations: readonly Observation[];
  readonly plainObservations: readonly PlainObservation[];
  /** What a user should know about the model and its data, e.g. groups without observations. */
  readonly notices: readonly string[];
}

/** The labels of a variable's elements in row-major order: `mu`, `rate[5]`, `slope[a,2]`. */
export function elementNames(variable: Variable, coords: CompiledModel["coords"]): string[] {
  let names: string[][] = [[]];
  variable.dims.forEach((dim, axis) => {
    const labels = coords[dim] ?? Array.from({ length: variable.shape[axis] }, (_, i) => String(i + 1));
    names = names.flatMap((prefix) => labels.map((label) => [...prefix, label]));
  });
  return names.map((labels) => (labels.length === 0 ? variable.name : `${variable.name}[${labels.join(",")}]`));
}
