import { type Argument, PoolishError } from "@poolish/core";
import { requireComponent } from "./component.ts";
import { descriptorOf } from "./descriptorOf.ts";
import { distribution } from "./distribution.ts";
import { drawIndex } from "./drawIndex.ts";
import { areMixtureNumbersOnSupport, evaluateMixture, startsOf } from "./evaluateMixture.ts";
import type { Distribution, FamilyParameter, ScalarFamily } from "./family.ts";
import { mixtureLogCumulative } from "./mixtureLogCumulative.ts";
import { share } from "./share.ts";

function parametersOf(components: readonly ScalarFamily[]): readonly FamilyParameter[] {
  const weights: FamilyParameter = {
    name: "weights",
    support: share,
    shape: "vector",
    size: components.length,
    structure: "simplex",
  };
  return [
    weights,
    ...components.flatMap(({ parameters }, c) =>
      parameters.map((parameter) => ({ ...parameter, name: `components[${c}].${parameter.name}` })),
    ),
  ];
}

/**
 * Σ_c weights[c] p_c(x): the smallest interval of values (or counts) that holds all components' is the support. The
 * weights are used as they are; a sum further than 1e-6 from 1 is off their support.
 */
export function mixtureFamily(components: readonly ScalarFamily[]): ScalarFamily {
  const starts = startsOf(components);
  const logCumulative = mixtureLogCumulative(components, starts);
  return {
    name: `mixture(${components.map(({ name }) => name).join(", ")})`,
    composition: { kind: "mixture", components: components.map(descriptorOf) },
    eventShape: "scalar",
    isDiscrete: components[0].isDiscrete,
    parameters: parametersOf(components),
    support(parameters) {
      const supports = components.map((component, c) => component.support(parameters.slice(starts[c], starts[c + 1])));
      const lower = Math.min(...supports.map((support) => support.lower));
      const upper = Math.max(...supports.map((support) => support.upper));
      return { kind: supports[0].kind, lower, upper };
    },
    evaluate: evaluateMixture(components),
    sample(rng, parameters) {
      if (!areMixtureNumbersOnSupport(components, starts, parameters)) return Number.NaN;
      const c = drawIndex(rng, parameters, 0, components.length);
      return components[c].sample(rng, parameters.slice(starts[c], starts[c + 1]));
    },
    ...(logCumulative === undefined ? {} : { logCumulative }),
  };
}

/**
 * A mixture: `components` with shares `weights` (numbers that sum to 1, or a simplex of a model).
 * @throws PoolishError for weights that are no shares, no components, or densities mixed with masses.
 */
export function mixture(weights: Argument, components: readonly Distribution[]): Distribution {
  const families = components.map(({ family }) => requireComponent("mixture", family));
  const other = families.find(({ isDiscrete }) => isDiscrete !== families[0].isDiscrete);
  if (families.length === 0 || other !== undefined) {
    throw new PoolishError(
      other === undefined ? "expected components" : `${other.name} and ${families[0].name} differ: one is of counts`,
      {
        kind: "input",
        field: "mixture.components",
        remedy: "Pass at least one distribution, all of them continuous or all of them discrete.",
      },
    );
  }
  return distribution(mixtureFamily(families), [weights, ...components.flatMap(({ parameters }) => parameters)]);
}
