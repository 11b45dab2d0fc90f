import { describeSupport, isOnSupport, PoolishError, type Support } from "@poolish/core";
import type { Distribution } from "@poolish/distributions";
import { broadcastDims, type Dim, describeDims, sizeOf } from "./dims.ts";
import { recordLogDensity } from "./latentSite.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import { expandTo, makeNode, type Operand, toNode } from "./node.ts";

/** Records data that a distribution of the language explains. */
export function observeSite(
  builder: ModelBuilder,
  name: string,
  distribution: Distribution,
  data: number | ArrayLike<number>,
): void {
  builder.claimName(name);
  const { graph } = builder;
  const values = typeof data === "number" ? Float64Array.of(data) : Float64Array.from(data);
  requireExplicable(name, distribution, values);
  const nodes = distribution.parameters.map((parameter) => toNode(graph, parameter as Operand));
  const shape = nodes.reduce<readonly Dim[]>((dims, node) => broadcastDims(dims, node.dims, name), []);
  const dims = shape.length === 0 && typeof data !== "number" ? [{ name: "", size: values.length }] : shape;
  if (sizeOf(dims) !== values.length) {
    // Repeating data along a plate would count each observation several times.
    throw new PoolishError(`the parameters have shape ${describeDims(dims)}, the data have ${values.length} values`, {
      kind: "model",
      field: name,
      remedy: "Pass one value for each element, or spread the parameters over the trials with .at(data.group).",
    });
  }
  const x = makeNode(graph, graph.constant(values), dims);
  const parameters = nodes.map((node) => expandTo(node, dims));
  recordLogDensity(builder, name, distribution.family.name, x, parameters);
  builder.plainObservations.push({ site: name, values });
}

/** Refuses observations that no value of the parameters could explain, naming the first. */
function requireExplicable(name: string, distribution: Distribution, values: Float64Array): void {
  const support = widestSupport(distribution);
  const row = values.findIndex((x) => !isOnSupport(support, x));
  if (row < 0) return;
  const { family } = distribution;
  throw new PoolishError(`${values[row]} cannot come from ${family.name}, which needs ${describeSupport(support)}`, {
    kind: "input",
    field: name,
    row,
    remedy: "Correct or leave out the row.",
  });
}

/** The support as far as it is known before random parameters are; a bound that depends on them is infinite. */
function widestSupport({ family, parameters }: Distribution): Support {
  const numbers = parameters.map((parameter) => (typeof parameter === "number" ? parameter : Number.NaN));
  const { kind, lower, upper } = family.support(numbers);
  return { kind, lower: Number.isNaN(lower) ? -Infinity : lower, upper: Number.isNaN(upper) ? Infinity : upper };
}
