import { type Columns, PoolishError } from "@poolish/core";
import { type CompiledModel, elementNames } from "@poolish/ppl";

/** Draws as data: named columns of one number a draw, one chain after the other. */
export interface DrawTable {
  readonly names: readonly string[];
  readonly numRows: number;
  readonly columns: Columns & Readonly<Record<string, Float64Array>>;
}

/**
 * The scalars that `wanted` names: scalars by the name that `summary` has for them (`rate[5]`), or all elements of a
 * variable by its own (`rate`), in the order asked for, once each. @throws PoolishError for an unknown name.
 */
export function expandNames({ variables, coords }: CompiledModel, wanted: readonly string[]): string[] {
  const elementsOf = new Map(variables.map((variable) => [variable.name, elementNames(variable, coords)]));
  const scalars = [...elementsOf.values()].flat();
  const names = wanted.flatMap((name) => {
    return elementsOf.get(name) ?? (scalars.includes(name) ? [name] : refuseName(name, [...elementsOf.keys()]));
  });
  return [...new Set(names)];
}

/** `chains[c][n]` is draw n of chain c. */
export function drawTable(names: readonly string[], chainsOf: (name: string) => readonly Float64Array[]): DrawTable {
  const columns = Object.fromEntries(names.map((name) => [name, joinChains(chainsOf(name))]));
  return { names, numRows: names.length === 0 ? 0 : columns[names[0]].length, columns };
}

/** One chain after the other. */
export function joinChains(chains: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(chains.reduce((length, chain) => length + chain.length, 0));
  let at = 0;
  for (const chain of chains) {
    all.set(chain, at);
    at += chain.length;
  }
  return all;
}

export function refuseName(field: string, names: readonly string[]): never {
  const remedy = `Its names are ${names.join(", ")}.`;
  throw new PoolishError("the fit has no draws of that name", { kind: "input", field, remedy });
}
