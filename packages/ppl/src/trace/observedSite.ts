import { describeSupport, isOnSupport, PoolishError } from "@poolish/core";
import type { Distribution } from "@poolish/distributions";
import { broadcastDims } from "./dims.ts";
import { recordLogDensity } from "./latentSite.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import { expandTo, type Operand, toNode } from "./node.ts";

/** Records data that a distribution of the language explains. */
export function observeSite(
  builder: ModelBuilder,
  name: string,
  distribution: Distribution,
  data: number | ArrayLike<number>,
): void {
  builder.claimName(name);
  const values = typeof data === "number" ? Float64Array.of(data) : Float64Array.from(data);
  requireExplicable(name, distribution, values);
  const x = toNode(builder.graph, typeof data === "number" ? data : values);
  const nodes = distribution.parameters.map((parameter) => toNode(builder.graph, parameter as Operand));
  const dims = nodes.reduce((shape, node) => broadcastDims(shape, node.dims, name), x.dims);
  recordLogDensity(
    builder,
    name,
    distribution.family.name,
    expandTo(x, dims),
    nodes.map((node) => expandTo(node, dims)),
  );
  builder.plainObservations.push({ site: name, values });
}

/** Refuses observations that no value of the parameters could explain, naming the first. */
function requireExplicable(name: string, { family, parameters }: Distribution, values: Float64Array): void {
  const support = family.support(
    parameters.map((parameter) => (typeof parameter === "number" ? parameter : Number.NaN)),
  );
  const isKnown = !Number.isNaN(support.lower) && !Number.isNaN(support.upper);
  const row = values.findIndex((x) => Number.isNaN(x) || (isKnown && !isOnSupport(support, x)));
  if (row < 0) return;
  throw new PoolishError(`${values[row]} cannot come from ${family.name}, which needs ${describeSupport(support)}`, {
    kind: "input",
    field: name,
    row,
    remedy: "Correct or leave out the row.",
  });
}
