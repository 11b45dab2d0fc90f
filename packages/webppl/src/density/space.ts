import { isReal, type Support } from "@poolish/core";
import { type Bijector, bijectorFor } from "@poolish/math";
import { bijectorsInTurn } from "./bijectorsInTurn.ts";

/** Where the numbers of a choice may lie, as plain data: some on one support, the next on another. */
export type Space = readonly { readonly support: Support; readonly size: number }[];

export function bijectorOf(space: Space): Bijector {
  const parts = space.map(({ support, size }) => bijectorFor(support, size));
  return parts.length === 1 ? parts[0] : bijectorsInTurn(parts);
}

/** True when every number may be anything. */
export function unbounded(space: Space): boolean {
  return space.every(({ support }) => isReal(support));
}
