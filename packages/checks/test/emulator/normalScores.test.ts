import { standardNormalQuantile } from "@poolish/math";
import { expect, test } from "vitest";
import { normalScores } from "../../src/emulator/normalScores.ts";

test("are quantiles of mean ranks, whatever the scale", () => {
  const quantiles = [0.1, 0.4, 0.4, 0.7, 0.9].map(standardNormalQuantile);
  expect(Array.from(normalScores(Float64Array.of(-3, 0.1, 0.1, 7, 1e9)))).toEqual(quantiles);
  expect(Array.from(normalScores(Float64Array.of(1e9, 0.1, 7, 0.1, -3)))).toEqual(
    [4, 1, 3, 2, 0].map((k) => quantiles[k]),
  );
});
