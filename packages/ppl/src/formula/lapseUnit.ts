import { type ParameterSpec, PoolishError } from "@poolish/core";
import { lapseDensity } from "../learned/lapseDensity.ts";
import { LAPSE_PARAMETER } from "../learned/lapsing.ts";
import type { HierarchicalDataset } from "./hierarchicalOptions.ts";

/** The lapse probability, which formulas treat as one more parameter. Its box only sets default priors. */
export interface LapseSpec extends ParameterSpec {
  readonly isLapse: true;
}

/** By default 90 % of the prior lies between .02 and .18: few trials are lapses, or the model is of the wrong thing. */
const LAPSE_SPEC: LapseSpec = { ...LAPSE_PARAMETER, box: [0, 0.2], isLapse: true };

export function isLapse(spec: ParameterSpec): spec is LapseSpec {
  return "isLapse" in spec;
}

/**
 * What formulas model: the parameters of the likelihood, and `lapse` where trials may be lapses.
 * @throws PoolishError for a likelihood with a parameter of that name, and densities that are not those of its columns.
 */
export function parametersOf({ likelihood, lapse }: HierarchicalDataset): readonly ParameterSpec[] {
  if (lapse === undefined) return likelihood.parameters;
  lapseDensity(likelihood, lapse.density);
  if (likelihood.parameters.every(({ name }) => name !== LAPSE_SPEC.name))
    return [...likelihood.parameters, LAPSE_SPEC];
  throw new PoolishError("the likelihood has a parameter of this name, which is that of the lapse probability too", {
    kind: "model",
    field: LAPSE_SPEC.name,
    remedy: "Leave the option `lapse` out, or rename the parameter in the simulator.",
  });
}
