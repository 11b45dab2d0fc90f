import { PoolishError } from "@poolish/core";
import type { Distribution } from "@poolish/distributions";
import type { Slot } from "../tape/instruction.ts";
import { broadcastDims, describeDims, sizeOf } from "./dims.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import { expandTo, makeNode, type Operand, type TracedNode, toNode } from "./node.ts";

/** Records a latent value over the plates around it: position, bijector, log-density. */
export function sampleSite(builder: ModelBuilder, name: string, distribution: Distribution): TracedNode {
  builder.claimName(name);
  const { graph } = builder;
  const { family } = distribution;
  if (family.isDiscrete) {
    throw new PoolishError(`${family.name} is discrete, and a latent value must be continuous`, {
      kind: "model",
      field: name,
      remedy: "Sum the discrete value out, observe it, or write the model in WebPPL.",
    });
  }
  const dims = [...builder.plates];
  const parameters = distribution.parameters.map((parameter) => {
    const node = toNode(graph, parameter as Operand);
    if (node.dims.length > dims.length || broadcastDims(node.dims, dims, name).length !== dims.length) {
      throw new PoolishError(`a parameter has shape ${describeDims(node.dims)}, the site ${describeDims(dims)}`, {
        kind: "model",
        field: name,
        remedy: "Sample it inside the plate that its parameters live on.",
      });
    }
    return expandTo(node, dims);
  });
  const size = sizeOf(dims);
  const position = graph.position(size);
  const support = latentSupport(name, distribution);
  const id = graph.effectWithOutput([position], size, (slotOf, out) => ({
    op: "constrain",
    support,
    a: slotOf(position),
    out,
  }));
  const node = makeNode(graph, id, dims);
  recordLogDensity(builder, name, family.name, node, parameters);
  builder.addVariable({ name, kind: "latent", node });
  return node;
}

/** The support must be known before the parameters are: a bound that is itself random has no fixed bijector. */
function latentSupport(name: string, { family, parameters }: Distribution): ReturnType<typeof family.support> {
  const support = family.support(
    parameters.map((parameter) => (typeof parameter === "number" ? parameter : Number.NaN)),
  );
  if (!Number.isNaN(support.lower) && !Number.isNaN(support.upper)) return support;
  throw new PoolishError(`the bounds of ${family.name} depend on another random value`, {
    kind: "model",
    field: name,
    remedy: `Sample a ${family.name} with fixed bounds, e.g. uniform(0, 1), and scale it: lower.add(upper.sub(lower).mul(fraction)).`,
  });
}

/** Adds Σ log p(x | parameters) to the target, over the elements of `x`; scalar parameters are repeated. */
export function recordLogDensity(
  builder: ModelBuilder,
  site: string,
  family: string,
  x: TracedNode,
  parameters: readonly TracedNode[],
): void {
  const count = sizeOf(x.dims);
  const inputs = [x, ...parameters].map(({ id }) => id);
  builder.graph.effect(inputs, (slotOf) => {
    const [xSlot, ...slots] = inputs.map(slotOf) as [Slot, ...Slot[]];
    return { op: "logDensity", site, family, count, x: xSlot, parameters: slots };
  });
}
