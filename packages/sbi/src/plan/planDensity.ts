import type { DensityChoices, DensityPlan, DensityProblem } from "./densityPlan.ts";
import { planAutoregressive } from "./planAutoregressive.ts";
import { planFlow } from "./planFlow.ts";
import { planMixtureDensity } from "./planMixtureDensity.ts";

/** Families of conditional densities of several columns. */
export type DensityFamily = "autoregressive" | "maf" | "nsf" | "mdn";

export function planDensity(family: DensityFamily, choices: DensityChoices, problem: DensityProblem): DensityPlan {
  switch (family) {
    case "autoregressive":
      return planAutoregressive(choices, problem);
    case "maf":
    case "nsf":
      return planFlow(family, choices, problem);
    case "mdn":
      return planMixtureDensity(choices, problem);
  }
}
