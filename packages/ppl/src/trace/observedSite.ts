import { describeSupport, isPointOnSupport, isScalarSupport, PoolishError, type Support } from "@poolish/core";
import type { Distribution, VectorDistribution } from "@poolish/distributions";
import type { ObserveOptions } from "../model/model.ts";
import { broadcastOuter, type Dim, dataDim, describeDims, eventDims, sizeOf } from "./dims.ts";
import { expandTo, gather } from "./gather.ts";
import { completeRows } from "./missing.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import type { Operand } from "./node.ts";
import { recordLogDensity } from "./recordLogDensity.ts";
import { type SiteParameters, siteParameters } from "./siteParameters.ts";
import { isRows, type Value } from "./value.ts";

/** Data for `observe`: a number, one a trial, or one vector a trial (as rows, or one after another). */
export type Observed = Exclude<Operand, { readonly isExpression: true }>;

/** Records data that a distribution of the language explains. */
export function observeSite(
  builder: ModelBuilder,
  name: string,
  distribution: Distribution | VectorDistribution,
  data: Observed,
  options: ObserveOptions,
): void {
  builder.claimName(name);
  const { graph } = builder;
  const site = siteParameters(graph, name, distribution);
  const width = sizeOf(site.event);
  const all = numbersOf(data);
  const outer = outerOf(builder, name, site, data, all.length / width);
  const rows = completeRows(builder, name, [{ values: all, width }], options);
  const values = rows === undefined ? all : pick(all, rows, width);
  requireExplicable(name, site, values, rows);
  const dims = rows === undefined ? outer : [dataDim(rows.length)];
  const x: Value = { graph, id: graph.constant(values), dims: [...dims, ...site.event], label: name };
  const parameters = rows === undefined ? site.values : site.values.map((value) => rowsOf(value, outer, rows));
  recordLogDensity(builder, name, site.family, x, parameters);
  builder.addPlainObservation({ site: name, values, ...(rows === undefined ? {} : { rows }) });
}

function numbersOf(data: Observed): Float64Array {
  if (typeof data === "number") return Float64Array.of(data);
  return isRows(data)
    ? Float64Array.from(data.flatMap((row) => Array.from(row)))
    : Float64Array.from(data as ArrayLike<number>);
}

/** The plates and trials of the data. Repeating data along a plate would count each observation several times. */
function outerOf(
  { plates }: ModelBuilder,
  name: string,
  { outer, event }: SiteParameters,
  data: Observed,
  count: number,
): readonly Dim[] {
  const shape = broadcastOuter(plates, outer);
  const isScalar = typeof data === "number" || (event.length > 0 && count === 1);
  const dims = shape?.length === 0 && !isScalar ? [dataDim(count)] : shape;
  if (dims !== undefined && Number.isInteger(count) && sizeOf(dims) === count) return dims;
  const where = dims === undefined ? ` inside ${describeDims(plates)}` : "";
  const each = event.length === 0 ? "values" : `vectors of ${sizeOf(event)}`;
  throw new PoolishError(
    `the parameters have shape ${describeDims(dims ?? outer)}${where}, the data have ${count} ${each}`,
    {
      kind: "model",
      field: name,
      remedy:
        plates.length === 0
          ? "Pass one value for each element, or spread the parameters over the trials with .at(data.group)."
          : "Pass one value for each member of the plate, or observe the trials outside of it, with parameters spread by .at(data.group).",
    },
  );
}

function pick(values: Float64Array, rows: Int32Array, width: number): Float64Array {
  return Float64Array.from(
    { length: rows.length * width },
    (_, i) => values[rows[Math.floor(i / width)] * width + (i % width)],
  );
}

/** A parameter for the rows that are here only. */
function rowsOf(value: Value, outer: readonly Dim[], rows: Int32Array): Value {
  if (eventDims(value.dims).length === value.dims.length) return value;
  return gather(expandTo(value, [...outer, ...eventDims(value.dims)]), rows);
}

/** Refuses observations that no value of the parameters could explain, naming the first. */
function requireExplicable(
  name: string,
  { family, support, event }: SiteParameters,
  values: Float64Array,
  rows: Int32Array | undefined,
): void {
  const widest = widestSupport(support);
  const isScalar = isScalarSupport(widest);
  const width = isScalar ? 1 : sizeOf(event);
  for (let i = 0; i < values.length; i += width) {
    if (isPointOnSupport(widest, values, i)) continue;
    const row = Math.floor(i / sizeOf(event));
    const point = width === 1 ? String(values[i]) : `(${Array.from(values.subarray(i, i + width)).join(", ")})`;
    throw new PoolishError(`${point} cannot come from ${family.name}, which needs ${describeSupport(widest)}`, {
      kind: "input",
      field: name,
      row: rows?.[row] ?? row,
      remedy: "Correct or leave out the row.",
    });
  }
}

/** The support as far as it is known before random parameters are; a bound that depends on them is infinite. */
function widestSupport(support: Support): Support {
  if (!isScalarSupport(support)) return support;
  const { lower, upper } = support;
  return { ...support, lower: Number.isNaN(lower) ? -Infinity : lower, upper: Number.isNaN(upper) ? Infinity : upper };
}
