import { PoolishError, type Support } from "@poolish/core";
import type { Distribution, Family, VectorDistribution } from "@poolish/distributions";
import { bijectorFor } from "@poolish/math";
import type { NonCentered } from "../model/nonCentered.ts";
import { broadcastOuter, type Dim, describeDims, sizeOf } from "./dims.ts";
import type { ModelBuilder } from "./modelBuilder.ts";
import { makeNode, type TracedNode } from "./node.ts";
import { locationPlusScale, standardForm } from "./nonCenteredSite.ts";
import { recordLogDensity } from "./recordLogDensity.ts";
import { hasUnknownBound, type SiteParameters, siteParameters } from "./siteParameters.ts";
import type { Value } from "./value.ts";

/** Records a latent value over the plates around it: position, bijector, log-density. */
export function sampleSite(
  builder: ModelBuilder,
  name: string,
  how: Distribution | VectorDistribution | NonCentered,
): TracedNode {
  builder.claimName(name);
  const distribution = "nonCentered" in how ? how.distribution : how;
  const site = siteParameters(builder.graph, name, distribution);
  requireContinuous(name, site.family);
  requireInPlates(name, site, builder.plates);
  const value = "nonCentered" in how ? nonCenteredValue(builder, name, site) : latentValue(builder, name, site);
  const node = makeNode({ ...value, label: name });
  builder.addVariable({ name, kind: "latent", node });
  return node;
}

function nonCenteredValue(builder: ModelBuilder, name: string, site: SiteParameters): Value {
  const standard = latentValue(builder, name, standardForm(builder.graph, name, site));
  return locationPlusScale(site, standard);
}

function latentValue(builder: ModelBuilder, name: string, site: SiteParameters): Value {
  const { graph } = builder;
  const { family, values, event } = site;
  const dims = [...builder.plates, ...event];
  const support = fixedSupport(name, site);
  const size = sizeOf(dims);
  const position = graph.position(bijectorFor(support, size).unconstrainedSize);
  const id = graph.effectWithOutput([position], size, (slotOf, out) => ({
    op: "constrain",
    site: name,
    support,
    a: slotOf(position),
    out,
  }));
  const x: Value = { graph, id, dims, label: name };
  recordLogDensity(builder, name, family, x, values);
  return x;
}

function requireContinuous(name: string, { isDiscrete, hasAtoms, name: family }: Family): void {
  if (!isDiscrete && hasAtoms !== true) return;
  const what = isDiscrete ? "is discrete" : "gives some values a probability of their own";
  throw new PoolishError(`${family} ${what}, and a latent value must be continuous`, {
    kind: "model",
    field: name,
    remedy: isDiscrete
      ? "Sum the discrete value out, e.g. with mixture(weights, components); or observe it, or write the model in WebPPL."
      : "Use it for observations, with observe(…).",
  });
}

function requireInPlates(name: string, { outer }: SiteParameters, plates: readonly Dim[]): void {
  if (outer.length <= plates.length && broadcastOuter(outer, plates) !== undefined) return;
  throw new PoolishError(`the parameters have shape ${describeDims(outer)}, the site ${describeDims(plates)}`, {
    kind: "model",
    field: name,
    remedy: "Sample it inside the plate that its parameters live on.",
  });
}

/** The support must be known before the parameters are: a bound that is itself random has no fixed bijector. */
function fixedSupport(name: string, { family, support }: SiteParameters): Support {
  if (!hasUnknownBound(support)) return support;
  throw new PoolishError(`the bounds of ${family.name} depend on another random value`, {
    kind: "model",
    field: name,
    remedy: `Sample a ${family.name} with fixed bounds, e.g. uniform(0, 1), and scale it: lower.add(upper.sub(lower).mul(fraction)).`,
  });
}
