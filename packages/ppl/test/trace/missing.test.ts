import { compile, learned, type ModelContext, model, normal } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { compiling } from "../support/compiling.ts";
import { expectGradient, linked, valueAt } from "../support/linked.ts";
import { recordingLikelihood } from "../support/recordingLikelihood.ts";

const y = [1, NaN, 3, NaN, 0.5];
const present = [0, 2, 4];
const group = [0, 1, 1, 0, 0];
const atRandom = { missing: "at random" } as const;
const position = [0.3, -1.1];

/** log p of what is there, with a mean for each group. */
const expected =
  position.reduce((sum, x) => sum + normal(0, 1).logProb(x), 0) +
  present.reduce((sum, i) => sum + normal(position[group[i]], 2).logProb(y[i]), 0);

const means = ({ sample, plate }: ModelContext) => plate("group", 2, () => sample("mu", normal(0, 1)));

describe("observations that are missing at random are left out", () => {
  test("of parameters for each trial", () => {
    const density = linked((context) => {
      context.observe("y", normal(means(context).at(group), 2), y, atRandom);
    }, {});
    expect(valueAt(density, position)).toBeCloseTo(expected, 12);
    expectGradient(density, position);
    expect(density.model.plainObservations).toEqual([
      { site: "y", values: Float64Array.of(1, 3, 0.5), rows: Int32Array.from(present) },
    ]);
    expect(density.model.notices).toEqual([
      "2 of 5 observations of y are missing (rows 1, 3) and were left out as missing at random.",
    ]);
  });

  test("of known parameters for each trial, beside shared ones", () => {
    const density = linked((context) => {
      const mu = means(context);
      context.observe("y", normal(mu.at([0, 0, 0, 0, 0]), [1, 2, 3, 4, 5]), y, atRandom);
    }, {});
    const prior = position.reduce((sum, x) => sum + normal(0, 1).logProb(x), 0);
    const data = present.reduce((sum, i) => sum + normal(position[0], i + 1).logProb(y[i]), 0);
    expect(valueAt(density, position)).toBeCloseTo(prior + data, 12);
  });

  test("of the members of a plate", () => {
    const density = linked(({ sample, plate, observe }) => {
      plate("member", 2, () => observe("y", normal(sample("mu", normal(0, 1)), 2), [NaN, 3], atRandom));
    }, {});
    const prior = position.reduce((sum, x) => sum + normal(0, 1).logProb(x), 0);
    expect(valueAt(density, position)).toBeCloseTo(prior + normal(position[1], 2).logProb(3), 12);
    expectGradient(density, position);
  });

  test("of a learned likelihood: in its columns, with the rows of θ that remain", () => {
    const { likelihood, recording } = recordingLikelihood(["rate"]);
    const density = linked((context) => {
      context.observe("x", learned(likelihood, { rate: means(context).at([0, 1, 1, 1, 1]) }), { x: y }, atRandom);
    }, {});
    expect(recording.binds[0]).toMatchObject({ columns: { x: Float64Array.of(1, 3, 0.5) }, numRows: 2 });
    const prior = position.reduce((sum, x) => sum + normal(0, 1).logProb(x), 0);
    const data = -0.5 * ((1 - position[0]) ** 2 + (3 - position[1]) ** 2 + (0.5 - position[1]) ** 2);
    expect(valueAt(density, position)).toBeCloseTo(prior + data, 12);
    expectGradient(density, position);
    expect(density.model.observations[0].rows).toEqual(Int32Array.from(present));
    expect(density.model.notices[0]).toMatch(/2 of 5 observations of x are missing/);
  });
});

test("a declaration changes nothing where nothing is missing", () => {
  const define = (options?: typeof atRandom) =>
    compile(
      model("complete", ({ sample, observe }) => observe("y", normal(sample("mu", normal(0, 1)), 2), [1, 2], options)),
      {},
    ).model;
  expect(define(atRandom)).toEqual(define());
});

test("long lists of missing rows are cut", () => {
  const many = Array.from({ length: 20 }, (_, i) => (i < 8 ? NaN : i));
  const { notices } = compile(
    model("many", ({ sample, observe }) => observe("y", normal(sample("mu", normal(0, 1)), 2), many, atRandom)),
    {},
  ).model;
  expect(notices[0]).toMatch(/^8 of 20 .*\(rows 0, 1, 2, 3, 4, …\)/);
});

test("a site of which nothing is left is refused", () => {
  const work = compiling(({ observe }) => observe("y", normal(0, 1), [NaN, NaN], atRandom));
  expectRefusal(work, { kind: "input", field: "y", row: 0 }, /all observations are missing/);
});
