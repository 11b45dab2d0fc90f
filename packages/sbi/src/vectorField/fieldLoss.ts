import { angleAt, angleRate, diffusion, type NoisePath, spreadAt } from "@poolish/estimators";

/**
 * What the squared error of a field is measured in. All are one regression under different weights of the angle: "turn" has
 * weight 1, which is that of Karras et al. (2022, table 1); "velocity" is flow matching's; "noise" is that of Ho et al. (2020);
 * "score" weighs by diffusion², which bounds the likelihood (Song et al. 2021b, theorem 1).
 */
export type FieldObjective = "turn" | "velocity" | "noise" | "score";

export const FIELD_OBJECTIVES: readonly FieldObjective[] = ["turn", "velocity", "noise", "score"];

/** Where along the path a field is trained, and what an error costs there. */
export interface FieldLoss {
  /** The angle at which the share `quantile` of the training has less noise. */
  angleAt(quantile: number): number;
  /** The cost of a unit of squared error in the turn. */
  weightAt(quantile: number): number;
}

/** Quantiles lie evenly over the path but for its dwelling; a weight is that of the objective, wherever training dwells. */
export function fieldLoss(path: NoisePath, objective: FieldObjective): FieldLoss {
  const { dwelling = 1 } = path;
  const [first, last] = path.times;
  const timeAt = (quantile: number): number => first + quantile ** dwelling * (last - first);
  return {
    angleAt: (quantile) => angleAt(path, timeAt(quantile)),
    weightAt: (quantile) => weightOf(path, timeAt(quantile), objective),
  };
}

function weightOf(path: NoisePath, t: number, objective: FieldObjective): number {
  switch (objective) {
    case "turn":
      return 1;
    case "velocity":
      return (spreadAt(path, t) * angleRate(path, t)) ** 2;
    case "noise":
      return Math.cos(angleAt(path, t)) ** 2;
    case "score":
      return ((diffusion(path, t) * Math.cos(angleAt(path, t))) / path.scale(t)) ** 2;
  }
}
