import { distractorDesign, glmDesign } from "@poolish/testkit";
import { readSbibmText } from "@poolish/testkit/node";
import { expect, test } from "vitest";

function numbers(text: string): number[] {
  return text.trim().split(/[\n,]/).map(Number);
}

/** log, sqrt and exp of NumPy and of the engine may differ in the last digits. */
function expectEqual(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const allowed = tolerance * Math.max(1, Math.abs(expected[i]));
    if (!(Math.abs(actual[i] - expected[i]) <= allowed)) throw new Error(`${i}: ${actual[i]}, not ${expected[i]}`);
  }
}

test("the GLM's design is sbibm's, to the digits of single precision", async () => {
  expectEqual(glmDesign(), numbers(await readSbibmText("bernoulli_glm_design_matrix_100x10.csv")), 5e-7);
});

test("the distractors are sbibm's: locations, last rows of the scales, permutation", async () => {
  const { components, permutation } = distractorDesign();
  const locations = components.flatMap(({ location }) => Array.from(location));
  expectEqual(locations, numbers(await readSbibmText("slcp_distractors_loc_20x92.csv")), 1e-13);
  const lastRows = components.flatMap(({ scale }) => Array.from(scale.subarray(91 * 92)));
  expectEqual(lastRows, numbers(await readSbibmText("slcp_distractors_scale_tril_last_rows_20x92.csv")), 1e-13);
  const order = numbers((await readSbibmText("slcp_distractors_permutation.csv")).split("\n").slice(1).join("\n"));
  expect(Array.from(permutation)).toEqual(order);
});

test("the data of SLCP stand where the specification says", () => {
  const { permutation } = distractorDesign();
  const places = Array.from({ length: 8 }, (_, number) => permutation.indexOf(number));
  expect(places).toEqual([22, 33, 23, 67, 42, 21, 16, 90]);
});
