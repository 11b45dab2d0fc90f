import type { Likelihood } from "@poolish/core";
import type { Observation } from "../model/compiledModel.ts";
import { guarded } from "./guarded.ts";
import { lapsing } from "./lapsing.ts";

/**
 * What explains an observation: `likelihood`, the one that it names, with the observation's lapses (their probability is
 * the last parameter then) and its guard around all of it, so that a lapse is no way out of the box.
 */
export function observedLikelihood(
  likelihood: Likelihood,
  { isGuarded, lapse }: Pick<Observation, "isGuarded" | "lapse">,
): Likelihood {
  const mixed = lapse === undefined ? likelihood : lapsing(likelihood, lapse);
  return isGuarded ? guarded(mixed) : mixed;
}
