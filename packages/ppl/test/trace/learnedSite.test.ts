import type { Likelihood } from "@poolish/core";
import { compile, exponential, learned, linkModel, type ModelFunction, model, type Node, normal } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { expectGradient, linked, valueAt } from "../support/linked.ts";
import { recordingLikelihood } from "../support/recordingLikelihood.ts";

const labels = ["red", "green", "blue", "grey"];
/** Ragged: three trials of red, one of green, two of grey; blue has none. */
const code = [3, 0, 0, 1, 3, 0];
const x = [0.5, -1, 2, 0.3, 1.1, 0.9];

/** Compiles a model in which `use` makes the parts of a learned likelihood with `parameters`. */
function bindingOf(
  parameters: readonly string[],
  use: (rate: Node, shared: Node) => Record<string, Node | number | number[]>,
) {
  const { likelihood, recording } = recordingLikelihood(parameters);
  const density = linked(({ sample, plate, observe }) => {
    const shared = sample("shared", normal(0, 1));
    const rate = plate("colour", labels, () => sample("rate", normal(shared, 1)));
    observe("x", learned(likelihood, use(rate, shared)), { x });
  }, {});
  const [{ row, numRows }] = recording.binds;
  return { density, recording, row: [...row], numRows };
}

const rowsOfGroups = { row: [0, 1, 1, 2, 0, 1], numRows: 3 };

describe("the likelihood is bound with one row", () => {
  test.each<[string, (rate: Node, shared: Node) => Node]>([
    ["a group", (rate) => rate.at(code)],
    ["a group, for functions of a gathered value", (rate) => rate.at(code).mul(2).exp()],
    [
      "a group, for functions of two values gathered alike",
      (rate, shared) => rate.at(code).add(rate.exp().at(code)).sub(shared),
    ],
    ["a group, for a scalar before a gathered value", (rate, shared) => shared.div(rate.at(code))],
    ["a group, for an index of an index", (rate) => rate.at([3, 2, 1, 0]).at(code.map((c) => 3 - c))],
  ])("for %s", (_, part) => {
    const { row, numRows } = bindingOf(["a"], (rate, shared) => ({ a: part(rate, shared) }));
    expect({ row, numRows }).toEqual(rowsOfGroups);
  });

  test("for all trials, when all parts are shared or constant", () => {
    const { row, numRows } = bindingOf(["a", "b"], (_, shared) => ({ a: shared, b: 0.5 }));
    expect({ row, numRows }).toEqual({ row: [0, 0, 0, 0, 0, 0], numRows: 1 });
  });

  test("a trial, when a part differs in each", () => {
    const { numRows } = bindingOf(["a", "b"], (rate) => ({
      a: rate.at(code),
      b: rate.at(code).mul([1, 2, 3, 4, 5, 6]),
    }));
    expect(numRows).toBe(6);
  });

  test("a pair of group and known value", () => {
    const { row, numRows } = bindingOf(["a", "b"], (rate) => ({ a: rate.at(code), b: [1, 1, 2, 1, 1, 2] }));
    expect({ row, numRows }).toEqual({ row: [0, 1, 2, 3, 0, 2], numRows: 4 });
  });
});

test("shared, group, trial and constant parts add up to the log-likelihood of each trial", () => {
  const trialFactor = [1, 2, 3, 4, 5, 6];
  const known = [0.1, 0.1, 0.2, 0.1, 0.3, 0.2];
  const { density } = bindingOf(["a", "b", "c", "d", "e"], (rate, shared) => ({
    a: shared,
    b: rate.at(code),
    c: rate.exp().at(code).mul(trialFactor),
    d: 0.7,
    e: known,
  }));
  const position = [0.4, -0.6, 1.2, 0.3, -0.2];
  const [shared, ...rate] = position;
  let expected = normal(0, 1).logProb(shared);
  for (const value of rate) expected += normal(shared, 1).logProb(value);
  x.forEach((value, i) => {
    const r = rate[code[i]];
    const center = shared + 2 * r + 3 * Math.exp(r) * trialFactor[i] + 4 * 0.7 + 5 * known[i];
    expected -= 0.5 * (value - center) ** 2;
  });
  expect(Math.abs(valueAt(density, position) / expected - 1)).toBeLessThan(1e-13);
  expectGradient(density, position);
});

test("thetaAt gives the rows at a position, and each observation of a model its own", () => {
  const first = recordingLikelihood(["a", "b"]);
  const second = recordingLikelihood(["a"]);
  const density = linked(({ sample, plate, observe }) => {
    const rate = plate("colour", labels, () => sample("rate", exponential(1)));
    observe("x", learned(first.likelihood, { a: rate.at(code), b: 7 }), { x });
    observe("y", learned(second.likelihood, { a: rate.log().at([2, 1]) }), { x: [1, 2] });
  }, {});
  const position = Float64Array.of(-1, 0, 1, 2);
  expect([...density.thetaAt(position, 0)]).toEqual([Math.exp(2), 7, Math.exp(-1), 7, 1, 7]);
  expect(density.thetaAt(position, 1)[0]).toBeCloseTo(1, 14);
  expectGradient(density, position);
});

test("a likelihood that explains two sites is described once", () => {
  const { likelihood } = recordingLikelihood(["a"]);
  const { model: compiled, likelihoods } = compile(
    model("two sites", ({ sample, observe }) => {
      const a = sample("a", normal(0, 1));
      observe("x", learned(likelihood, { a }), { x: [1] });
      observe("y", learned(likelihood, { a }), { x: [2, 3] });
    }),
    {},
  );
  expect(likelihoods).toEqual([likelihood]);
  expect(compiled.likelihoods).toEqual([likelihood.toDescriptor()]);
  expect(compiled.observations.map(({ likelihood: index }) => index)).toEqual([0, 0]);
});

test("a group without trials is told, and keeps its prior", () => {
  const { density } = bindingOf(["a"], (rate) => ({ a: rate.at(code) }));
  expect(density.model.notices).toEqual([
    "colour blue has no observations of x: its a is informed by the other groups and the prior only.",
  ]);
  const gradient = new Float64Array(5);
  density.valueAndGradient(Float64Array.of(0.4, -0.6, 1.2, 0.3, -0.2), gradient);
  expect(gradient[3]).toBeCloseTo(0.4 - 0.3, 14);
});

test("no trials at all leave the prior", () => {
  const { likelihood } = recordingLikelihood(["a"]);
  const density = linked(({ sample, plate, observe }) => {
    const rate = plate("colour", 2, () => sample("rate", normal(0, 1)));
    observe("x", learned(likelihood, { a: rate.at([]) }), { x: [] });
  }, {});
  expect(valueAt(density, [0, 0])).toBeCloseTo(2 * normal(0, 1).logProb(0), 14);
  expect(density.model.notices[0]).toMatch(/colour 1, 2 have no observations/);
});

test("conditions are bound beside the columns, as float64", () => {
  const { likelihood, recording } = recordingLikelihood(["a"], ["dose"]);
  linked(({ sample, observe }) => {
    observe("x", learned(likelihood, { a: sample("a", normal(0, 1)) }), { dose: [1, 2], x: Float32Array.of(3, 4) });
  }, {});
  expect(recording.binds[0].columns).toEqual({ x: Float64Array.of(3, 4), dose: Float64Array.of(1, 2) });
});

describe("refuses", () => {
  const { likelihood } = recordingLikelihood(["a", "b"], ["dose"]);
  const observing = (
    columns: Record<string, readonly number[]>,
    parts: (rate: Node) => Parameters<typeof learned>[1],
  ) => {
    const define: ModelFunction<Record<string, never>> = ({ sample, plate, observe }) => {
      const rate = plate("colour", labels, () => sample("rate", normal(0, 1)));
      observe("x", learned(likelihood, parts(rate)), columns);
    };
    return () => linked(define, {});
  };
  const good = { x: [1, 2], dose: [3, 4] };
  const parts = { a: 1, b: 2 };

  test.each([
    ["a missing parameter", { a: 1 }, "b", /gives it no value.*parameters are a, b/],
    ["an unknown parameter", { a: 1, b: 2, c: 3 }, "c", /no such parameter.*parameters are a, b/],
  ])("%s", (_, wrong, field, words) => {
    expectRefusal(() => learned(likelihood, wrong), { kind: "model", field }, words);
  });

  test.each([
    ["a missing column", { dose: [3, 4] }, "x.x", /missing.*needs the columns x, dose/],
    ["a missing condition", { x: [3, 4] }, "x.dose", /missing.*needs the columns x, dose/],
    ["a column too many", { ...good, chips: [1, 2] }, "x.chips", /no such column.*needs the columns x, dose/],
    ["columns of unequal length", { x: [1, 2], dose: [3] }, "x.dose", /has 1 rows, x has 2/],
  ])("%s", (_, columns, field, words) => {
    expectRefusal(
      observing(columns as Record<string, readonly number[]>, () => parts),
      { kind: "input", field },
      words,
    );
  });

  test("group values that were not spread over the trials", () => {
    expectRefusal(
      observing(good, (rate) => ({ ...parts, b: rate })),
      { kind: "model", field: "b" },
      /\[colour: 4\]/,
      /2 trials/,
      /b\.at\(data\.group\)/,
    );
  });

  test("a known value that is NaN, with its row", () => {
    expectRefusal(
      observing(good, () => ({ a: 1, b: [2, NaN] })),
      { kind: "input", row: 1 },
      /NaN/,
    );
  });

  test("data that the likelihood cannot explain while the model is compiled, in its words", () => {
    const picky: Likelihood = {
      ...likelihood,
      bind: () => {
        throw new RangeError("row 1 is not for me");
      },
    };
    const define: ModelFunction<Record<string, never>> = ({ observe }) => observe("x", learned(picky, parts), good);
    expect(() => compile(model("picky", define), {})).toThrow("row 1 is not for me");
  });
});

test("linking binds afresh: two linked models do not share state", () => {
  const { likelihood, recording } = recordingLikelihood(["a"]);
  const compilation = compile(
    model("m", ({ sample, observe }) => {
      observe("x", learned(likelihood, { a: sample("a", normal(0, 1)) }), { x: [1, 2] });
    }),
    {},
  );
  expect(recording.binds.length).toBe(1);
  const one = linkModel(compilation.model, compilation.likelihoods);
  const other = linkModel(compilation.model, compilation.likelihoods);
  expect(recording.binds.length).toBe(3);
  const before = valueAt(one, [0.3]);
  valueAt(other, [5]);
  expect(valueAt(one, [0.3])).toBe(before);
});
