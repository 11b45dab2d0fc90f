import { PoolishError } from "@poolish/core";
import type { LikelihoodDensity, NleRecipe } from "../nle.ts";
import type { Simulations } from "../simulations.ts";
import type { Plan } from "./plan.ts";
import { planAutoregressive } from "./planAutoregressive.ts";
import { planCountMixture } from "./planCountMixture.ts";
import { planFlow } from "./planFlow.ts";
import { planMixtureDensity } from "./planMixtureDensity.ts";

/** The density and its training for `simulations`; what is standardised is measured on the simulations `training` alone. */
export function planTraining(recipe: NleRecipe, simulations: Simulations, training: Int32Array): Plan {
  const density = chooseDensity(recipe, simulations);
  switch (density) {
    case "count-mixture":
      return planCountMixture(recipe, simulations, training);
    case "autoregressive":
      return planAutoregressive(recipe, simulations, training);
    case "maf":
    case "nsf":
      return planFlow(density, recipe, simulations, training);
    case "mdn":
      return planMixtureDensity(recipe, simulations, training);
  }
}

function isOneCount({ columns, conditions }: Simulations): boolean {
  return columns.length === 1 && columns[0].kind === "count" && conditions.length === 0;
}

function chooseDensity({ density }: NleRecipe, simulations: Simulations): LikelihoodDensity {
  if (density === "auto") return isOneCount(simulations) ? "count-mixture" : "autoregressive";
  if (density !== "count-mixture" || isOneCount(simulations)) return density;
  const kinds = simulations.columns.map(({ name, kind }) => `${name} (${kind})`).join(", ");
  throw new PoolishError(`a count mixture learns a single column of counts, these simulations have ${kinds}`, {
    kind: "input",
    field: "density",
    remedy: 'Leave density out, or pass "autoregressive".',
  });
}
