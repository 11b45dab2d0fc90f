import { normal, type Operand } from "@poolish/ppl";
import { expect, test } from "vitest";
import { linkModel } from "../../src/model/linkModel.ts";
import { model } from "../../src/model/model.ts";
import { compile } from "../../src/trace/compile.ts";

const effects = [28, 8, -3, 7, -1, 1, 18, 12];
const errors = [15, 10, 16, 11, 9, 11, 10, 18];

test("known numbers a trial are parameters: eight schools has its textbook log-density", () => {
  const schools = model<{ effects: number[]; errors: number[] }>("schools", ({ sample, plate, observe }, data) => {
    const mu = sample("mu", normal(0, 5));
    const theta = plate("school", 8, () => sample("theta", normal(mu, 2)));
    observe("effects", normal(theta, data.errors), data.effects);
  });
  const { model: compiled, likelihoods } = compile(schools, { effects, errors });
  const linked = linkModel(compiled, likelihoods);
  const position = Float64Array.from({ length: 9 }, (_, i) => Math.sin(i + 1));
  const logNormal = (x: number, mean: number, sd: number) =>
    -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);
  let expected = logNormal(position[0], 0, 5);
  for (let j = 0; j < 8; j++) {
    expected += logNormal(position[j + 1], position[0], 2) + logNormal(effects[j], position[j + 1], errors[j]);
  }
  expect(linked.valueAndGradient(position, new Float64Array(9))).toBeCloseTo(expected, 10);
});

test("a bad entry is named with its row", () => {
  const bad: Operand = [1, 2, -3];
  expect(() => normal(0, bad)).toThrow(/normal\.standardDeviation: expected a number above 0, got -3 \(row 2/);
});

test("arrays have no single log-probability", () => {
  expect(() => normal(0, [1, 2]).logProb(0)).toThrow(/one number a trial/);
});
