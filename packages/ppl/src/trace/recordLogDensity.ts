import { descriptorOf, type Family } from "@poolish/distributions";
import { type Dim, eventDims, outerDims, sizeOf } from "./dims.ts";
import { expandTo } from "./gather.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import type { Value } from "./value.ts";

/** Adds Σ log p(x | parameters) to the target, over the outer axes of `x`; parameters over none are shared. */
export function recordLogDensity(
  builder: ModelBuilder,
  site: string,
  family: Family,
  x: Value,
  parameters: readonly Value[],
): void {
  const outer = outerDims(x.dims);
  const count = sizeOf(outer);
  const values = [x, ...parameters.map((parameter) => alongOuter(parameter, outer))];
  const widths = values.map(({ dims }) => sizeOf(eventDims(dims)));
  const ids = values.map(({ id }) => id);
  const descriptor = descriptorOf(family);
  builder.graph.effect(ids, (slotOf) => {
    const [slot, ...slots] = ids.map(slotOf);
    return { op: "logDensity", site, family: descriptor, count, x: slot, parameters: slots, widths };
  });
}

function alongOuter(parameter: Value, outer: readonly Dim[]): Value {
  if (outerDims(parameter.dims).length === 0) return parameter;
  return expandTo(parameter, [...outer, ...eventDims(parameter.dims)]);
}
