import { PoolishError } from "@poolish/core";
import { expect, test } from "vitest";
import { calibrationPlot, contractionPlot, coveragePlot, misspecificationPlot } from "../src/index.ts";
import { all, parsePicture, texts } from "./support/markup.ts";

const RANKED = {
  largestRank: 3,
  band: { lower: [1, 2, 4], upper: [4, 6, 7] },
  quantities: [{ name: "highest density", ranks: [0, 1, 1, 2, 3, 3, 3, 2], pValue: 0.034567 }],
};
const PARAMETERS = [
  { name: "rate", contractions: [0.5, 0.75, -0.1], zScores: [0.2, -4, 1], meanSquaredZ: 1.234 },
  { name: "delay", contractions: [0.9, 0.8, 0.7], zScores: [0, 1, -1] },
];

test("coverage draws the curves of calibrationPlot, in words of its own", () => {
  const [coverage, ranks] = [coveragePlot(RANKED), calibrationPlot(RANKED)].map(parsePicture);
  const paths = (root: Element): (string | null)[] => all(root, "path").map((path) => path.getAttribute("d"));
  expect(paths(coverage)).toEqual(paths(ranks));
  expect(texts(coverage).join(" ")).toMatch(/Expected coverage.*8 simulations, regions made of 3 draws/);
});

test("two kinds of regions share the width, so that their names can be read", () => {
  const quantities = ["highest density", "random points (TARP)"].map((name) => ({ ...RANKED.quantities[0], name }));
  expect(texts(parsePicture(coveragePlot({ ...RANKED, quantities }))).join(" ")).toContain("random points (TARP)");
});

test("contraction has a panel a parameter and a dot a simulation, at one scale", () => {
  const root = parsePicture(contractionPlot({ parameters: PARAMETERS }));
  expect(all(root, ".simulation circle")).toHaveLength(6);
  expect(texts(root).join(" ")).toMatch(/rate.*mean z² 1.23.*delay/);
  const heights = all(root, ".usual rect").map((band) => band.getAttribute("height"));
  expect(new Set(heights).size).toBe(1);
});

test("misspecification has bars that hold all simulations and a line at the observation, within the frame", () => {
  const nullDistances = [1, 1.1, 1.2, 2, 2.5];
  const root = parsePicture(misspecificationPlot({ distance: 9, nullDistances, pValue: 0.0123 }));
  const [observation] = all(root, ".observation line");
  const right = Math.max(...all(root, ".simulations rect").map((bar) => Number(bar.getAttribute("x"))));
  expect(Number(observation.getAttribute("x1"))).toBeGreaterThan(right - 40);
  expect(texts(root).join(" ")).toContain("p = 0.012");
});

test("what cannot be drawn is refused by name", () => {
  expect(() => misspecificationPlot({ distance: Number.NaN, nullDistances: [1] })).toThrow(PoolishError);
  expect(() => misspecificationPlot({ distance: 1, nullDistances: [] })).toThrow("nullDistances");
  expect(() => contractionPlot({ parameters: [] })).toThrow("parameters");
  expect(() => contractionPlot({ parameters: [{ ...PARAMETERS[0], zScores: [1] }] })).toThrow("rate.zScores");
});
