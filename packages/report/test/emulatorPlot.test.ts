import { expect, test } from "vitest";
import { twinBins } from "../src/emulatorDraws.ts";
import { emulatorPlot } from "../src/index.ts";
import { all, expectLinear, numbers, parsePicture, texts } from "./support/markup.ts";

const OPTIONS = {
  columns: ["rt", "response"],
  together: {
    label: "all groups",
    comparisons: [
      { column: undefined, accuracy: 0.52 },
      { column: "rt", accuracy: 0.55 },
      { column: "response", accuracy: 0.5 },
    ],
  },
  groups: [
    { label: "ann <1>", comparisons: [{ column: "rt", accuracy: 0.71 }] },
    { label: "bob", comparisons: [{ column: "rt", accuracy: 0.49 }] },
  ],
  togetherThreshold: 0.53,
  groupThreshold: 0.56,
  draws: { simulated: [0.3, 0, 0.4, 1, 0.7, 1, 0.9, 1], emulated: [0.3, 0, 0.5, 0, 0.7, 1, 0.9, 1] },
  verdict: "They differ in rt of ann.",
};

test("places accuracies on one scale, with the range of no difference up to each row's threshold", () => {
  const root = parsePicture(emulatorPlot(OPTIONS));
  const dots = all(root, ".accuracy path");
  const places = dots.map((path) => Number(/translate\(([\d.]+)/.exec(path.getAttribute("transform") ?? "")?.[1]));
  expectLinear(places, [0.52, 0.55, 0.5, 0.71, 0.49], 1);
  const ranges = all(root, ".null rect");
  const ends = numbers(ranges, "x").map((x, i) => x + numbers(ranges, "width")[i]);
  expect(ends).toHaveLength(3);
  expect(ends[1]).toBe(ends[2]);
  // The first threshold lies between the first two accuracies, the others between .55 and .71.
  expect(ends[0]).toBeGreaterThan(places[0]);
  expect(ends[0]).toBeLessThan(places[1]);
  expect(ends[1]).toBeGreaterThan(places[1]);
  expect(ends[1]).toBeLessThan(places[3]);
});

test("says groups, columns and the verdict, and draws each column", () => {
  const root = parsePicture(emulatorPlot(OPTIONS));
  const words = texts(root);
  expect(words).toEqual(expect.arrayContaining(["all groups", "ann <1>", "bob", "rt", "response", "jointly"]));
  expect(words.join(" ")).toContain("They differ in rt of ann.");
  // rt takes five values among all draws, the response two.
  expect(all(root, ".emulated circle")).toHaveLength(7);
});

test("bins of few values are those values; of many, all draws are in some bin", () => {
  expect(twinBins([0, 1, 1, 1], [0, 0, 1, 1])).toEqual([
    { lower: -0.4, upper: 0.4, simulated: 0.25, emulated: 0.5 },
    { lower: 0.6, upper: 1.4, simulated: 0.75, emulated: 0.5 },
  ]);
  const draws = Array.from({ length: 500 }, (_, i) => i ** 3);
  const bins = twinBins(draws, draws);
  expect(bins).toHaveLength(30);
  expect(bins.reduce((sum, { simulated }) => sum + simulated, 0)).toBeCloseTo(1, 12);
  for (const { simulated, emulated } of bins) expect(emulated).toBe(simulated);
});

test.each([
  ["columns", { columns: [] }],
  ["togetherThreshold", { togetherThreshold: Number.NaN }],
  ["bob.rt", { groups: [{ label: "bob", comparisons: [{ column: "rt", accuracy: Number.NaN }] }] }],
  ["draws.emulated", { draws: { ...OPTIONS.draws, emulated: [1] } }],
])("refuses bad %s by name", (field, wrong) => {
  expect(() => emulatorPlot({ ...OPTIONS, ...wrong })).toThrowError(
    expect.objectContaining({ name: "PoolishError", field }),
  );
});
