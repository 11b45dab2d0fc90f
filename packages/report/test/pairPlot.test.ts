import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { highestDensityLevels } from "../src/highestDensityLevels.ts";
import { pairPlot } from "../src/index.ts";
import { planeDensity } from "../src/planeDensity.ts";
import { all, expectLinear, numbers, parsePicture, texts } from "./support/markup.ts";

const rng = rngFromSeed(4);
const a = Float64Array.from({ length: 300 }, () => standardNormal(rng));
const b = a.map((value) => 2 * value + standardNormal(rng));
const c = b.map(Math.exp);
const PARAMETERS = [
  { name: "mu", draws: a, reference: 0.5 },
  { name: "tau <1>", draws: b, reference: -1 },
  { name: "sigma", draws: c },
];

test("has a marginal for each parameter and the draws of each pair, at their places", () => {
  const root = parsePicture(pairPlot({ parameters: PARAMETERS }));
  expect(all(root, ".marginal")).toHaveLength(3);
  const clouds = all(root, ".draws");
  expect(clouds).toHaveLength(3);
  const pairs = [
    [a, b],
    [a, c],
    [b, c],
  ];
  pairs.forEach(([x, y], i) => {
    const dots = all(clouds[i], "circle");
    expectLinear(numbers(dots, "cx"), Array.from(x), 1);
    expectLinear(numbers(dots, "cy"), Array.from(y), -1);
  });
});

test("marks references where they are known: on marginals once, on pairs in both directions", () => {
  const root = parsePicture(pairPlot({ parameters: PARAMETERS, referenceLabel: "truth" }));
  // Marginals of mu and tau; pairs (mu, tau) twice, (mu, sigma) and (tau, sigma) once.
  expect(all(root, ".reference")).toHaveLength(6);
  expect(texts(root)).toContain("truth");
  const without = parsePicture(pairPlot({ parameters: PARAMETERS.map(({ name, draws }) => ({ name, draws })) }));
  expect(all(without, ".reference")).toHaveLength(0);
  expect(texts(without)).not.toContain("true value");
});

test("contours enclose their shares of the draws", () => {
  const range = [-8, 8] as const;
  const { size, density } = planeDensity(a, b, range, range);
  const cell = (value: number): number => Math.floor(((value + 8) / 16) * size);
  const [low, high] = highestDensityLevels(density, [0.9, 0.5]);
  const shareAbove = (level: number): number =>
    a.reduce((count, x, i) => count + Number(density[cell(b[i]) * size + cell(x)] >= level), 0) / a.length;
  // The kernel widens the cloud, so that a little more than the nominal share of the draws themselves is inside.
  expect(shareAbove(low)).toBeGreaterThan(0.87);
  expect(shareAbove(low)).toBeLessThan(0.98);
  expect(shareAbove(high)).toBeGreaterThan(0.44);
  expect(shareAbove(high)).toBeLessThan(0.68);
});

test("the kernel density keeps the mass and is that of a slow twin away from the edges", () => {
  const range = [-8, 8] as const;
  const { size, density } = planeDensity([1], [2], range, range);
  const step = 16 / size;
  const centre = (i: number): number => -8 + (i + 0.5) * step;
  // One draw has no spread: the bandwidth is one step.
  const at = (x: number, y: number): number => density[y * size + x];
  const [px, py] = [Math.floor(9 / step), Math.floor(10 / step)];
  for (const [dx, dy] of [
    [0, 0],
    [1, 0],
    [-2, 1],
  ]) {
    const expected = Math.exp(
      (-0.5 * ((centre(px + dx) - centre(px)) ** 2 + (centre(py + dy) - centre(py)) ** 2)) / step ** 2,
    );
    expect(at(px + dx, py + dy) / at(px, py)).toBeCloseTo(expected, 12);
  }
});

test("a parameter that never moves still draws; long chains are thinned, and the picture says so", () => {
  const still = { name: "still", draws: new Float64Array(1000).fill(2) };
  const moving = { name: "moving", draws: Float64Array.from({ length: 1000 }, (_, i) => i) };
  const root = parsePicture(pairPlot({ parameters: [still, moving] }));
  expect(all(root, ".draws circle")).toHaveLength(334);
  expect(texts(root).join(" ")).toMatch(/one draw in 3/);
});

test("the same input gives the same string", () => {
  expect(pairPlot({ parameters: PARAMETERS })).toBe(pairPlot({ parameters: structuredClone(PARAMETERS) }));
});

test.each([
  ["parameters", []],
  ["parameters", [PARAMETERS[0]]],
  ["parameters", Array.from({ length: 9 }, () => PARAMETERS[0])],
  ["mu.draws", [{ name: "mu", draws: [1, Number.NaN] }, PARAMETERS[1]]],
  ["sigma.draws", [PARAMETERS[0], { name: "sigma", draws: [1, 2] }]],
  ["mu.reference", [{ ...PARAMETERS[0], reference: Number.NaN }, PARAMETERS[1]]],
])("refuses a bad %s by name", (field, parameters) => {
  expect(() => pairPlot({ parameters })).toThrowError(expect.objectContaining({ name: "PoolishError", field }));
});
