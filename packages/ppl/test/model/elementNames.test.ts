import { elementNames, normal } from "@poolish/ppl";
import { expect, test } from "vitest";
import { linked } from "../support/linked.ts";

test("elements are called after their plates' labels, or counted from 1, in row-major order", () => {
  const { model } = linked(({ sample, plate, deterministic }) => {
    const mu = sample("mu", normal(0, 1));
    const slope = plate("subject", ["a", "b"], () => plate("session", 3, () => sample("slope", normal(mu, 1))));
    deterministic("prediction", mu.mul([1, 2]));
    deterministic("scaled", slope.mul(2));
  }, {});
  expect(model.variables.map((variable) => elementNames(variable, model.coords))).toEqual([
    ["mu"],
    ["slope[a,1]", "slope[a,2]", "slope[a,3]", "slope[b,1]", "slope[b,2]", "slope[b,3]"],
    ["prediction[1]", "prediction[2]"],
    ["scaled[a,1]", "scaled[a,2]", "scaled[a,3]", "scaled[b,1]", "scaled[b,2]", "scaled[b,3]"],
  ]);
  expect(model.variables[2].dims).toEqual(["prediction_dim_0"]);
});
