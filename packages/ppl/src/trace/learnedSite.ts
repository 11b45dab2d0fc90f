import { type Columns, type Likelihood, PoolishError } from "@poolish/core";
import { type LapseDensity, logLapseDensities } from "../learned/lapseDensity.ts";
import { LAPSE_PARAMETER } from "../learned/lapsing.ts";
import type { LearnedLikelihood } from "../model/learned.ts";
import type { ObserveOptions } from "../model/model.ts";
import { type Dim, describeDims, eventDims, sizeOf } from "./dims.ts";
import { distinctRows } from "./distinctRows.ts";
import { completeRows, listRows } from "./missing.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import type { Operand } from "./node.ts";
import { isNode, isRows, toValue, type Value } from "./value.ts";

/** A parameter's value: the node that holds it, and which element of it each trial takes. */
interface Part {
  readonly node: Value;
  readonly index: Int32Array;
}

/** Records data that a learned likelihood explains; finds the distinct θ rows, so that it is evaluated once for each. */
export function observeLearned(
  builder: ModelBuilder,
  site: string,
  learned: LearnedLikelihood,
  data: Columns,
  options: ObserveOptions,
): void {
  builder.claimName(site);
  const { likelihood, lapse, isGuarded } = learned;
  const given = observedColumns(site, learned, data);
  const explained = likelihood.columns.map(({ name }) => ({ values: given[name], width: 1 }));
  // A likelihood names the column and the row of a NaN itself; only declared ones are looked for here.
  const rows = options.missing === undefined ? undefined : completeRows(builder, site, explained, options);
  const columns = rows === undefined ? given : pickRows(given, rows);
  const numTrials = Object.values(columns)[0]?.length ?? 0;
  const numGiven = Object.values(given)[0]?.length ?? 0;
  const parts = operandsOf(learned).map(({ name, operand }) => {
    const part = partOf(builder, name, operand, numGiven);
    return rows === undefined ? part : { node: part.node, index: rows.map((row) => part.index[row]) };
  });
  const { numRows, row, indexOfRow } = distinctRows(
    parts.map(({ index }) => index),
    numTrials,
  );
  const mixture = lapse === undefined ? {} : { lapse: lapse.density };
  // Binding here, where the user's code is on the stack, reports bad rows before any sampling starts.
  likelihood.bind(columns, row, numRows);
  noteGroupsWithoutData(
    builder,
    site,
    operandsOf(learned).map(({ name }) => name),
    parts,
  );
  if (lapse !== undefined) noteTrialsOffLapses(builder, site, likelihood, lapse.density, given);
  const observation = builder.addObservation({
    site,
    likelihood: builder.likelihoodIndex(likelihood),
    columns,
    row,
    numRows,
    isGuarded,
    ...mixture,
    ...(rows === undefined ? {} : { rows }),
  });
  builder.graph.effect(
    parts.map(({ node }) => node.id),
    (slotOf) => ({
      op: "learned",
      observation,
      parts: parts.map(({ node }, p) => ({ slot: slotOf(node.id), index: indexOfRow[p] })),
    }),
  );
}

/** A value for each parameter, and for the lapse probability after them. */
function operandsOf({ likelihood, parts, lapse }: LearnedLikelihood): { name: string; operand: Operand }[] {
  const own = likelihood.parameters.map(({ name }) => ({ name, operand: parts[name] }));
  return lapse === undefined ? own : [...own, { name: LAPSE_PARAMETER.name, operand: lapse.probability }];
}

function pickRows(columns: Readonly<Record<string, Float64Array>>, rows: Int32Array): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Float64Array.from(rows, (row) => values[row])]),
  );
}

/** Exactly the columns and conditions of the likelihood, as float64, all of one length. */
function observedColumns(site: string, { likelihood }: LearnedLikelihood, data: Columns): Record<string, Float64Array> {
  const known = likelihood.conditions.map(({ name }) => name);
  const names = [...likelihood.columns.map(({ name }) => name), ...known];
  const needs = `The likelihood needs the columns ${names.join(", ")}`;
  const fail = (field: string, message: string): never => {
    throw new PoolishError(message, {
      kind: "input",
      field: `${site}.${field}`,
      remedy:
        known.length === 0
          ? `${needs}.`
          : `${needs}, of which ${known.join(", ")} it was trained with as known conditions.`,
    });
  };
  for (const name of Object.keys(data)) if (!names.includes(name)) fail(name, "the likelihood has no such column");
  const length = data[names[0]]?.length;
  return Object.fromEntries(
    names.map((name) => {
      const what = known.includes(name) ? "this column of conditions" : "this column";
      const column = data[name] ?? fail(name, `${what} is missing from the data`);
      if (column.length !== length) fail(name, `the column has ${column.length} rows, ${names[0]} has ${length}`);
      return [name, Float64Array.from(column)];
    }),
  );
}

function partOf(builder: ModelBuilder, name: string, operand: Operand, numTrials: number): Part {
  const node = toValue(builder.graph, operand);
  if (eventDims(node.dims).length > 0) {
    throw new PoolishError(`this part is a vector, of shape ${describeDims(node.dims)}`, {
      kind: "model",
      field: name,
      remedy: "Take one number of it with .element(k).",
    });
  }
  if (node.gathered !== undefined && node.gathered.index.length === numTrials) {
    return { node: node.gathered.base, index: node.gathered.index };
  }
  if (node.dims.length === 0) return { node, index: new Int32Array(numTrials) };
  if (sizeOf(node.dims) === numTrials) {
    const isData = !isNode(operand) && typeof operand !== "number" && !isRows(operand);
    return {
      node,
      index: isData ? firstEqual(operand as ArrayLike<number>) : Int32Array.from({ length: numTrials }, (_, i) => i),
    };
  }
  throw new PoolishError(`this part has shape ${describeDims(node.dims)}, the data have ${numTrials} trials`, {
    kind: "model",
    field: name,
    remedy: `Spread it over the trials with ${name}.at(data.group).`,
  });
}

/** Trials that no lapse explains are not protected by one: most likely, its range was stated too narrow. */
function noteTrialsOffLapses(
  builder: ModelBuilder,
  site: string,
  { columns: specs }: Likelihood,
  density: LapseDensity,
  columns: Readonly<Record<string, Float64Array>>,
): void {
  specs.forEach(({ name }, c) => {
    const logDensities = logLapseDensities([density[c]], [columns[name]], columns[name].length);
    const rows = Array.from(logDensities.keys()).filter((row) => logDensities[row] === -Infinity);
    if (rows.length === 0) return;
    builder.notices.push(
      `${rows.length} of ${logDensities.length} trials of ${site} (${listRows(rows)}) cannot be lapses: their ${name} lies outside of its lapse density.`,
    );
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
