import type { ColumnSpec, Rng } from "@poolish/core";
import type { SbibmTask } from "./sbibmTask.ts";

/** A task in the shape of `Simulator` of `@poolish/sbi`. */
export interface SbibmSimulator {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly columns: readonly ColumnSpec[];
  simulate(rng: Rng, theta: Float64Array, out: Float64Array): void;
}

export function sbibmSimulator({ name, parameters, columns, simulate }: SbibmTask): SbibmSimulator {
  return { name, parameters: parameters.map((parameter) => parameter.name), columns, simulate };
}
