import { PoolishError, real } from "@poolish/core";
import { normalFamily } from "@poolish/distributions";
import { matVecValues, withDims } from "./contraction.ts";
import { dataDim, eventDims } from "./dims.ts";
import { binaryValues } from "./elementwise.ts";
import type { Graph } from "./graph.ts";
import type { SiteParameters } from "./siteParameters.ts";
import { toValue, type Value } from "./value.ts";

/** The site with location 0 and scale 1 in the place of its own. @throws PoolishError for other families. */
export function standardForm(graph: Graph, name: string, site: SiteParameters): SiteParameters {
  const { family } = site;
  const { location, scale } = locationAndScale(name, site);
  const [zero, one] = [toValue(graph, 0), toValue(graph, 1)];
  if (eventDims(site.values[scale].dims).length === 2) {
    // Of the families whose scale is a matrix, only the normal has independent standard coordinates; it is the only one.
    const event = site.event.map(({ size }) => dataDim(size));
    return { ...site, family: normalFamily, values: [zero, one], support: real, event };
  }
  const values = site.values.map((value, k) => (k === location ? zero : k === scale ? one : value));
  return { ...site, family, values };
}

/** location + scale × z, for numbers and for vectors (where the scale is a Cholesky factor). */
export function locationPlusScale(site: SiteParameters, z: Value): Value {
  const { location, scale } = locationAndScale(z.label, site);
  const factor = site.values[scale];
  const isMatrix = eventDims(factor.dims).length === 2;
  const numPlates = z.dims.length - site.event.length;
  const deviation = isMatrix
    ? matVecValues(factor, withDims(z, [...z.dims.slice(0, numPlates), ...site.event]))
    : binaryValues("multiply", factor, z);
  return binaryValues("add", site.values[location], deviation);
}

function locationAndScale(name: string, { family }: SiteParameters): { location: number; scale: number } {
  if (family.locationScale !== undefined) return family.locationScale;
  throw new PoolishError(`${family.name} has no location and scale to be non-centred by`, {
    kind: "model",
    field: name,
    remedy: `Sample it as it is: sample("${name}", ${family.name}(…)); nonCentered is for normal, studentT, cauchy, laplace, logistic and multivariateNormal.`,
  });
}
