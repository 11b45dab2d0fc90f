import type { Likelihood } from "@poolish/core";
import { halfNormal, learned, type Model, model, nonCentered, normal } from "@poolish/ppl";

export interface DoseData {
  readonly subject: Int32Array;
  readonly y: ArrayLike<number>;
  readonly response: ArrayLike<number>;
  readonly dose: ArrayLike<number>;
}

export const NUM_SUBJECTS = 3;

/** Three subjects with two trials each, at doses 0 and 2. */
export const doseData: DoseData = {
  subject: Int32Array.of(0, 0, 1, 1, 2, 2),
  dose: [0, 2, 0, 2, 0, 2],
  y: [0.3, 2.4, -0.8, 1.7, 1.2, 2.9],
  response: [1, 1, 0, 0, 1, 0],
};

/** Partially pooled levels. */
export function doseModel(likelihood: Likelihood): Model<DoseData> {
  return model("dose", ({ sample, plate, observe }, { subject, y, response, dose }: DoseData) => {
    const [mu, tau] = [sample("mu", normal(0, 1)), sample("tau", halfNormal(0.5))];
    const level = plate("subject", NUM_SUBJECTS, () => sample("level", nonCentered(normal(mu, tau))));
    observe("trials", learned(likelihood, { level: level.at(subject) }), { y, response, dose });
  });
}
