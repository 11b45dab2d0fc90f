import { type Columns, isExpression, PoolishError } from "@poolish/core";
import type { LearnedLikelihood } from "../model/learned.ts";
import { type Dim, describeDims, sizeOf } from "./dims.ts";
import { distinctRows } from "./distinctRows.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import { type Operand, type TracedNode, toNode } from "./node.ts";

/** A parameter's value: the node that holds it, and which element of it each trial takes. */
interface Part {
  readonly node: TracedNode;
  readonly index: Int32Array;
}

/** Records data that a learned likelihood explains; finds the distinct θ rows, so that it is evaluated once for each. */
export function observeLearned(builder: ModelBuilder, site: string, learned: LearnedLikelihood, data: Columns): void {
  builder.claimName(site);
  const { likelihood } = learned;
  const columns = observedColumns(site, learned, data);
  const numTrials = Object.values(columns)[0]?.length ?? 0;
  const parts = likelihood.parameters.map(({ name }) => partOf(builder, name, learned.parts[name], numTrials));
  const { numRows, row, indexOfRow } = distinctRows(
    parts.map(({ index }) => index),
    numTrials,
  );
  // Binding here, where the user's code is on the stack, reports bad rows before any sampling starts.
  likelihood.bind(columns, row, numRows);
  noteGroupsWithoutData(
    builder,
    site,
    likelihood.parameters.map(({ name }) => name),
    parts,
  );
  const observation =
    builder.observations.push({
      site,
      likelihood: builder.likelihoodIndex(likelihood),
      columns,
      row,
      numRows,
    }) - 1;
  builder.graph.effect(
    parts.map(({ node }) => node.id),
    (slotOf) => ({
      op: "learned",
      observation,
      parts: parts.map(({ node }, p) => ({ slot: slotOf(node.id), index: indexOfRow[p] })),
    }),
  );
}

/** Exactly the columns and conditions of the likelihood, as float64, all of one length. */
function observedColumns(site: string, { likelihood }: LearnedLikelihood, data: Columns): Record<string, Float64Array> {
  const names = [...likelihood.columns, ...likelihood.conditions].map(({ name }) => name);
  const fail = (field: string, message: string): never => {
    throw new PoolishError(message, {
      kind: "input",
      field: `${site}.${field}`,
      remedy: `The likelihood needs the columns ${names.join(", ")}.`,
    });
  };
  for (const name of Object.keys(data)) if (!names.includes(name)) fail(name, "the likelihood has no such column");
  const length = data[names[0]]?.length;
  return Object.fromEntries(
    names.map((name) => {
      const column = data[name] ?? fail(name, "this column is missing from the data");
      if (column.length !== length) fail(name, `the column has ${column.length} rows, ${names[0]} has ${length}`);
      return [name, Float64Array.from(column)];
    }),
  );
}

function partOf(builder: ModelBuilder, name: string, operand: Operand, numTrials: number): Part {
  const node = toNode(builder.graph, operand);
  if (node.gathered !== undefined && node.gathered.index.length === numTrials) {
    return { node: node.gathered.base, index: node.gathered.index };
  }
  if (node.dims.length === 0) return { node, index: new Int32Array(numTrials) };
  if (sizeOf(node.dims) === numTrials) {
    const isData = !isExpression(operand) && typeof operand !== "number";
    return { node, index: isData ? firstEqual(operand) : Int32Array.from({ length: numTrials }, (_, i) => i) };
  }
  throw new PoolishError(`this part has shape ${describeDims(node.dims)}, the data have ${numTrials} trials`, {
    kind: "model",
    field: name,
    remedy: `Spread it over the trials with ${name}.at(data.group).`,
  });
}

/** For each element, the first one that equals it: known values that repeat share a θ row. */
function firstEqual(values: ArrayLike<number>): Int32Array {
  const first = new Map<number, number>();
  return Int32Array.from(values, (value, i) => {
    const known = first.get(value);
    if (known === undefined) first.set(value, i);
    return known ?? i;
  });
}

function noteGroupsWithoutData(
  builder: ModelBuilder,
  site: string,
  names: readonly string[],
  parts: readonly Part[],
): void {
  parts.forEach(({ node, index }, p) => {
    const dim: Dim | undefined = node.dims[0];
    if (node.dims.length !== 1 || dim === undefined || dim.name === "") return;
    const isSeen = new Uint8Array(dim.size);
    for (let i = 0; i < index.length; i++) isSeen[index[i]] = 1;
    const labels = builder.coords.get(dim.name) ?? [];
    const missing = labels.filter((_, code) => isSeen[code] === 0);
    if (missing.length === 0) return;
    const [have, their] = missing.length === 1 ? ["has", "its"] : ["have", "their"];
    builder.notices.push(
      `${dim.name} ${missing.join(", ")} ${have} no observations of ${site}: ${their} ${names[p]} is informed by the other groups and the prior only.`,
    );
  });
}
