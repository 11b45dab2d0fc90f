import {
  areBoundsFinite,
  type BoundedSides,
  type Bounds,
  boundParameters,
  boundsOfElement,
  hasLower,
  hasUpper,
  isAnyOfNaN,
  readBounds,
  sortBounds,
} from "./bounds.ts";
import {
  areNumbersOnSupport,
  copyMassPartials,
  countNumbers,
  gatherNumbers,
  refuseWideElement,
  requireComponent,
} from "./component.ts";
import { descriptorOf } from "./descriptorOf.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, LogCumulative, ScalarFamily } from "./family.ts";
import { requireLogCumulative } from "./requireLogCumulative.ts";

/**
 * Draws of the component, recorded as `lower` when they are lower or equal and as `upper` when they are higher or equal:
 * the bounds have probabilities P(x ≤ lower) and P(x ≥ upper), between them it is the component's density. x beyond a
 * bound has density 0.
 */
export function censoredFamily(component: ScalarFamily, sides: BoundedSides): ScalarFamily {
  const logCumulative = requireLogCumulative("censored", component);
  const numComponent = countNumbers(component);
  return {
    name: `censored(${component.name})`,
    composition: { kind: "censored", bounds: sides, components: [descriptorOf(component)] },
    eventShape: "scalar",
    isDiscrete: component.isDiscrete,
    hasAtoms: true,
    parameters: [...component.parameters, ...boundParameters(sides)],
    support(parameters) {
      const [lower, upper] = readBounds(sides, parameters, numComponent);
      const own = component.support(parameters.slice(0, numComponent));
      const both = { lower: Math.max(own.lower, lower), upper: Math.min(own.upper, upper) };
      return own.kind === "integer" ? { ...own, ...both } : { kind: "interval", ...both, closed: sides };
    },
    evaluate: evaluateCensored(component, sides, logCumulative),
    sample(rng, parameters) {
      const [lower, upper] = readBounds(sides, parameters, numComponent);
      if (!(lower < upper && areBoundsFinite(sides, lower, upper))) return Number.NaN;
      return Math.min(Math.max(component.sample(rng, parameters.slice(0, numComponent)), lower), upper);
    },
  };
}

function evaluateCensored(
  component: ScalarFamily,
  sides: BoundedSides,
  logCumulative: LogCumulative,
): ScalarFamily["evaluate"] {
  const numParameters = component.parameters.length;
  const numbers: number[] = new Array(countNumbers(component)).fill(0);
  const massPartials = new Float64Array(2 + numbers.length);
  return (count, x, parameters, logTerms, partials) => {
    component.evaluate(count, x, parameters, logTerms, partials);
    const columns = [x, ...parameters];
    for (let i = 0; i < count; i++) {
      const point = x.values[x.offset + i * x.stride];
      const [lower, upper] = boundsOfElement(sides, parameters, i);
      const isAnyNaN = gatherNumbers(parameters, i, numbers, numParameters) || isAnyOfNaN(point, lower, upper);
      const isInside = areBoundsFinite(sides, lower, upper) && lower <= point && point <= upper;
      if (isAnyNaN || !isInside || !Number.isFinite(point) || !areNumbersOnSupport(component, numbers)) {
        refuseWideElement(i, columns, logTerms, partials, isAnyNaN);
        continue;
      }
      if (hasLower(sides)) partials[1 + numParameters][i] = 0;
      if (hasUpper(sides)) partials[partials.length - 1][i] = 0;
      if (point !== lower && point !== upper) continue;
      const isLower = point === lower;
      logTerms[i] = logCumulative(isLower ? -Infinity : upper, isLower ? lower : Infinity, numbers, massPartials);
      partials[0][i] = 0;
      copyMassPartials(i, parameters, numParameters, massPartials, partials, false);
      if (isLower) partials[1 + numParameters][i] = massPartials[1];
      else partials[partials.length - 1][i] = massPartials[0];
    }
  };
}

/**
 * `base` recorded by an instrument that reads no lower than `lower` and no higher than `upper`. Without bounds it is
 * `base` itself. @throws PoolishError for a family without a cumulative distribution and for bounds that enclose nothing.
 */
export function censored(base: Distribution, bounds: Bounds): Distribution {
  const component = requireComponent("censored", base.family);
  const sorted = sortBounds("censored", bounds);
  if (sorted === undefined) return base;
  return distribution(censoredFamily(component, sorted.sides), [...base.parameters, ...sorted.values]);
}
