import { PoolishError } from "@poolish/core";
import { broadcastDims, type Dim, eventDim, eventDims, haveSameDims, misfit, outerDims, sizeOf } from "./dims.ts";
import { isSameIndex } from "./elementwise.ts";
import { expandTo, gather } from "./gather.ts";
import type { Operand } from "./node.ts";
import { compute, graphOf, toValue, type Value } from "./value.ts";

/** A vector out of numbers, or a matrix out of vectors (its rows), over the plates of the parts. */
export function stack(parts: readonly Operand[]): Value {
  if (parts.length === 0) {
    throw new PoolishError("stack() got no parts", { kind: "model", remedy: "Pass the elements: stack(a, b)." });
  }
  const graph = graphOf(parts);
  return stackValues(parts.map((part) => toValue(graph, part)));
}

function stackValues(parts: readonly Value[]): Value {
  const pushed = stackOnGroups(parts);
  if (pushed !== undefined) return pushed;
  const label = `stack(${parts.map((part) => part.label).join(", ")})`;
  const dims = parts.reduce<readonly Dim[]>((all, part) => broadcastDims(all, part.dims, label), parts[0].dims);
  const event = eventDims(dims);
  const width = sizeOf(event);
  const odd = parts.find((part) => sizeOf(eventDims(part.dims)) !== width);
  if (odd !== undefined) throw misfit(dims, odd.dims, label);
  // A part over no plate stays one run, which the step repeats.
  const expanded = parts.map((part) => (outerDims(part.dims).length === 0 ? part : expandTo(part, dims)));
  return compute(expanded, [...outerDims(dims), eventDim(parts.length), ...event], label, (slots, out) => ({
    op: "stack",
    width,
    parts: slots,
    out,
  }));
}

/** stack(x.at(i), y.at(i)) = stack(x, y).at(i). */
function stackOnGroups(parts: readonly Value[]): Value | undefined {
  const first = parts.find(({ gathered }) => gathered !== undefined)?.gathered;
  if (first === undefined) return undefined;
  const bases: Value[] = [];
  for (const part of parts) {
    const { gathered } = part;
    if (gathered === undefined && outerDims(part.dims).length > 0) return undefined;
    if (gathered !== undefined && !isSameIndex(gathered.index, first.index)) return undefined;
    const base = gathered?.base ?? part;
    if (gathered !== undefined && !haveSameDims(outerDims(base.dims), outerDims(first.base.dims))) return undefined;
    bases.push(base);
  }
  return gather(stackValues(bases), first.index);
}
