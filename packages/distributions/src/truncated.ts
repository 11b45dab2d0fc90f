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
import { copyMassPartials, countNumbers, gatherNumbers, refuseWideElement, requireComponent } from "./component.ts";
import { descriptorOf } from "./descriptorOf.ts";
import { distribution } from "./distribution.ts";
import { drawBetween } from "./drawBetween.ts";
import type { Distribution, LogCumulative, ScalarFamily } from "./family.ts";
import { requireLogCumulative } from "./requireLogCumulative.ts";

/**
 * The component restricted to (lower, upper), for counts to lower … upper: log p(x) - log P(lower < x < upper). Exact
 * however far out the bounds lie, by the component's `logCumulative`.
 */
export function truncatedFamily(component: ScalarFamily, sides: BoundedSides): ScalarFamily {
  const logCumulative = requireLogCumulative("truncated", component);
  const numComponent = countNumbers(component);
  return {
    name: `truncated(${component.name})`,
    composition: { kind: "truncated", bounds: sides, components: [descriptorOf(component)] },
    eventShape: "scalar",
    isDiscrete: component.isDiscrete,
    parameters: [...component.parameters, ...boundParameters(sides)],
    support(parameters) {
      const [lower, upper] = readBounds(sides, parameters, numComponent);
      const own = component.support(parameters.slice(0, numComponent));
      return { ...own, lower: Math.max(own.lower, lower), upper: Math.min(own.upper, upper) };
    },
    evaluate: evaluateTruncated(component, sides, logCumulative),
    sample(rng, parameters) {
      const [lower, upper] = readBounds(sides, parameters, numComponent);
      if (!areBoundsFinite(sides, lower, upper)) return Number.NaN;
      return drawBetween(rng, component, lower, upper, parameters.slice(0, numComponent));
    },
    logCumulative: restrict(logCumulative, sides, numComponent),
  };
}

function evaluateTruncated(
  component: ScalarFamily,
  sides: BoundedSides,
  logCumulative: LogCumulative,
): ScalarFamily["evaluate"] {
  const numParameters = component.parameters.length;
  const numbers: number[] = new Array(countNumbers(component)).fill(0);
  const massPartials = new Float64Array(2 + numbers.length);
  const includes = component.isDiscrete
    ? (lower: number, x: number, upper: number) => lower <= x && x <= upper
    : (lower: number, x: number, upper: number) => lower < x && x < upper;
  return (count, x, parameters, logTerms, partials) => {
    component.evaluate(count, x, parameters, logTerms, partials);
    const columns = [x, ...parameters];
    const isShared = parameters.every(({ stride }) => stride === 0);
    let logMass = Number.NaN;
    for (let i = 0; i < count; i++) {
      const point = x.values[x.offset + i * x.stride];
      const [lower, upper] = boundsOfElement(sides, parameters, i);
      const isAnyNaN = gatherNumbers(parameters, i, numbers, numParameters) || isAnyOfNaN(point, lower, upper);
      const isInside = areBoundsFinite(sides, lower, upper) && includes(lower, point, upper);
      if (isAnyNaN || !isInside || logTerms[i] === -Infinity) {
        refuseWideElement(i, columns, logTerms, partials, isAnyNaN);
        continue;
      }
      if (Number.isNaN(logMass) || !isShared) logMass = logCumulative(lower, upper, numbers, massPartials);
      logTerms[i] -= logMass;
      copyMassPartials(i, parameters, numParameters, massPartials, partials, true);
      if (hasLower(sides)) partials[1 + numParameters][i] = 0 - massPartials[0];
      if (hasUpper(sides)) partials[partials.length - 1][i] = 0 - massPartials[1];
    }
  };
}

/** log P(lower < x < upper) of the truncated family: two probabilities of the component, one inside the other. */
function restrict(logCumulative: LogCumulative, sides: BoundedSides, numComponent: number): LogCumulative {
  const inner = new Float64Array(2 + numComponent);
  const outer = new Float64Array(2 + numComponent);
  return (lower, upper, parameters, partials) => {
    const [lowest, highest] = readBounds(sides, parameters, numComponent);
    const isLowest = lower <= lowest;
    const isHighest = upper >= highest;
    const own = parameters.slice(0, numComponent);
    const logMass = logCumulative(isLowest ? lowest : lower, isHighest ? highest : upper, own, inner);
    const logWhole = logCumulative(lowest, highest, own, outer);
    if (logMass === -Infinity) {
      partials.fill(0);
      return -Infinity;
    }
    partials[0] = isLowest ? 0 : inner[0];
    partials[1] = isHighest ? 0 : inner[1];
    for (let k = 2; k < inner.length; k++) partials[k] = inner[k] - outer[k];
    let next = inner.length;
    if (hasLower(sides)) partials[next++] = (isLowest ? inner[0] : 0) - outer[0];
    if (hasUpper(sides)) partials[next] = (isHighest ? inner[1] : 0) - outer[1];
    return logMass - logWhole;
  };
}

/**
 * `base` restricted to values above `lower` and below `upper` (for counts: from lower to upper), renormalised. Without
 * bounds it is `base` itself. @throws PoolishError for a family without a cumulative distribution and for bounds that
 * enclose nothing.
 */
export function truncated(base: Distribution, bounds: Bounds): Distribution {
  const component = requireComponent("truncated", base.family);
  const sorted = sortBounds("truncated", bounds);
  if (sorted === undefined) return base;
  return distribution(truncatedFamily(component, sorted.sides), [...base.parameters, ...sorted.values]);
}
