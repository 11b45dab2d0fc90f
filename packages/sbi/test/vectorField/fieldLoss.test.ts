import { angleAt, convertField, diffusion, PATH_NAMES, paths } from "@poolish/estimators";
import { expect, test } from "vitest";
import { fieldLoss } from "../../src/vectorField/fieldLoss.ts";

test.each(PATH_NAMES)("%s: objectives weigh a squared error of the turn as what they are named after", (name) => {
  const path = paths[name];
  const [first, last] = path.times;
  for (const quantile of [0.1, 0.5, 0.9]) {
    const t = first + quantile ** (path.dwelling ?? 1) * (last - first);
    expect(fieldLoss(path, "turn").angleAt(quantile)).toBeCloseTo(angleAt(path, t), 12);
    const [a, b] = [0, 1].map((turn) => convertField(path, t, 0.4, "turn", turn));
    const weight = (objective: "turn" | "velocity" | "noise" | "score"): number =>
      fieldLoss(path, objective).weightAt(quantile);
    expect(weight("turn")).toBe(1);
    expect(weight("velocity") / (b.velocity - a.velocity) ** 2).toBeCloseTo(1, 8);
    expect(weight("noise") / (b.noise - a.noise) ** 2).toBeCloseTo(1, 8);
    expect(weight("score") / (diffusion(path, t) * (b.score - a.score)) ** 2).toBeCloseTo(1, 8);
  }
});
