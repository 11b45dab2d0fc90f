import { expect, test } from "vitest";
import { rankDeviations } from "../src/calibrationPlot.ts";
import { calibrationPlot } from "../src/index.ts";
import { all, parsePicture, texts } from "./support/markup.ts";

const OPTIONS = {
  largestRank: 3,
  band: { lower: [1, 2, 4], upper: [4, 6, 7] },
  quantities: [
    { name: "mu", ranks: [0, 1, 1, 2, 3, 3, 3, 2], pValue: 0.034567 },
    { name: "tau <1>", ranks: [0, 0, 1, 1, 2, 2, 3, 3] },
  ],
};

test("deviations are shares below each rank, less uniform ones", () => {
  // Below 1: one of 8; below 2: three; below 3: five; below 4: all.
  expect(rankDeviations(OPTIONS.quantities[0].ranks, 3)).toEqual([0, 1 / 8 - 1 / 4, 3 / 8 - 1 / 2, 5 / 8 - 3 / 4, 0]);
  expect(rankDeviations(OPTIONS.quantities[1].ranks, 3)).toEqual([0, 0, 0, 0, 0]);
});

/** The points of a path's first line. */
function points(path: Element): [number, number][] {
  return Array.from((path.getAttribute("d") ?? "").matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g), ([, x, y]) => [+x, +y]);
}

test("draws each quantity's deviations over one band, on one scale", () => {
  const root = parsePicture(calibrationPlot(OPTIONS));
  const lines = all(root, ".deviation path, path.deviation");
  expect(lines).toHaveLength(2);
  expect(all(root, ".band path, path.band")).toHaveLength(2);
  const [mu, tau] = lines.map(points);
  const zero = tau[0][1];
  expect(tau.every(([, y]) => y === zero)).toBe(true);
  // SVG's y falls; the three deviations in the middle are equal, and below zero.
  expect(mu[1][1]).toBeGreaterThan(zero);
  expect(mu[2][1]).toBeCloseTo(mu[1][1], 6);
  expect(mu[4][1]).toBeCloseTo(zero, 6);
});

test("says names, p-values and counts", () => {
  const words = texts(parsePicture(calibrationPlot(OPTIONS)));
  expect(words).toEqual(expect.arrayContaining(["mu", "tau <1>", "p 0.035"]));
  expect(words.join(" ")).toMatch(/8 data sets from the prior, each truth ranked among 3 draws/);
});

test.each([
  ["quantities", { quantities: [] }],
  ["mu.ranks", { quantities: [{ name: "mu", ranks: [] }] }],
  ["tau.ranks", { quantities: [OPTIONS.quantities[0], { name: "tau", ranks: [1] }] }],
  ["band.lower", { band: { lower: [1], upper: [4, 6, 7] } }],
])("refuses bad %s by name", (field, wrong) => {
  expect(() => calibrationPlot({ ...OPTIONS, ...wrong })).toThrowError(
    expect.objectContaining({ name: "PoolishError", field }),
  );
});
