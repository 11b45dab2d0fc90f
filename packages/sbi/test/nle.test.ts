import { caughtError } from "@poolish/testkit";
import { expect, test } from "vitest";
import { type NleOptions, nle } from "../src/nle.ts";

test("options that are left out have their defaults", () => {
  expect(nle()).toEqual({
    kind: "nle",
    density: "auto",
    numComponents: undefined,
    hidden: undefined,
    numMembers: undefined,
    numEpochs: undefined,
    batchSize: undefined,
    learningRate: undefined,
    validationFraction: 0.05,
  });
  expect(nle({ density: "count-mixture", hidden: [], numEpochs: 3 })).toMatchObject({ hidden: [], numEpochs: 3 });
});

test.each<[field: string, options: NleOptions]>([
  ["numComponents", { numComponents: 0 }],
  ["numComponents", { numComponents: 2.5 }],
  ["hidden", { hidden: [32, 0] }],
  ["numEpochs", { numEpochs: 0 }],
  ["batchSize", { batchSize: -1 }],
  ["learningRate", { learningRate: 0 }],
  ["learningRate", { learningRate: Number.NaN }],
  ["validationFraction", { validationFraction: 1 }],
  // A program without types can ask for anything.
  ["density", JSON.parse('{ "density": "spline" }')],
])("%s out of range is a typed error: %j", async (field, options) => {
  const error = await caughtError(() => nle(options));
  expect(error).toMatchObject({ kind: "input", field });
  expect(error.remedy).toBeTruthy();
});
