import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { tracePlot, tracePlots } from "../src/index.ts";
import { chainColour } from "../src/theme.ts";
import { all, expectLinear, numbers, parsePicture, texts } from "./support/markup.ts";

function chain(seed: number, length: number): Float64Array {
  const rng = rngFromSeed(seed);
  return Float64Array.from({ length }, () => rng.uniform());
}

/** The vertices of a path. */
function vertices(path: Element): { x: number[]; y: number[] } {
  const values = (path.getAttribute("d") ?? "").match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  return { x: values.filter((_, i) => i % 2 === 0), y: values.filter((_, i) => i % 2 === 1) };
}

test("each chain is a line through its draws, in its colour", () => {
  const chains = [chain(1, 50), chain(2, 50), chain(3, 50)];
  const root = parsePicture(tracePlot({ name: "mu", chains }));
  const groups = all(root, ".trace");
  expect(groups.map((group) => group.getAttribute("stroke"))).toEqual([0, 1, 2].map(chainColour));
  const lines = groups.map((group) => vertices(group.querySelector("path") as Element));
  // Paths are rounded to a tenth of a pixel, so tenfold coordinates are compared after removing the rounding.
  const all50 = lines.flatMap(({ y }) => y);
  const draws = chains.flatMap((draws) => [...draws]);
  const low = draws.indexOf(Math.min(...draws));
  const high = draws.indexOf(Math.max(...draws));
  const slope = (all50[high] - all50[low]) / (draws[high] - draws[low]);
  expect(slope).toBeLessThan(0);
  draws.forEach((draw, i) => {
    // Each of the three roundings is off by at most 0.05.
    expect(Math.abs(all50[i] - all50[low] - slope * (draw - draws[low]))).toBeLessThanOrEqual(0.2);
  });
  expect(lines[0].x).toHaveLength(50);
  expect(lines[0].x).toEqual(lines[0].x.toSorted((a, b) => a - b));
  expect(texts(root)).toEqual(expect.arrayContaining(["mu", "chain 1", "chain 2", "chain 3", "draw", "density"]));
});

test("every chain has a density, and it peaks where the draws are", () => {
  // Draws near 0 in the first chain, near 1 in the second: the second density peaks higher up the page.
  const low = chain(1, 500).map((u) => 0.1 * u);
  const high = chain(2, 500).map((u) => 1 - 0.1 * u);
  const root = parsePicture(tracePlot({ name: "mu", chains: [low, high] }));
  const peaks = all(root, ".density path").map((path) => {
    const { x, y } = vertices(path);
    return y[x.indexOf(Math.max(...x))];
  });
  expect(peaks).toHaveLength(2);
  expect(peaks[1]).toBeLessThan(peaks[0] - 50);
});

test("long chains are thinned, and the picture says so", () => {
  const root = parsePicture(tracePlot({ name: "mu", chains: [chain(1, 1000)] }));
  expect(vertices(all(root, ".trace path")[0]).x).toHaveLength(334);
  expect(texts(root).join(" ")).toContain("Traces show one draw in 3; densities use all 1000");
  expect(texts(parsePicture(tracePlot({ name: "mu", chains: [chain(1, 400)] }))).join(" ")).not.toContain(
    "one draw in",
  );
});

test("divergences are ticks at their draws, also where the trace is thinned", () => {
  const flags = [new Uint8Array(1000), new Uint8Array(1000)];
  flags[0][7] = 1;
  flags[1][500] = 1;
  flags[1][998] = 1;
  const root = parsePicture(tracePlot({ name: "mu", chains: [chain(1, 1000), chain(2, 1000)], divergences: flags }));
  expectLinear(numbers(all(root, ".divergence line"), "x1"), [8, 501, 999], 1);
  expect(texts(root)).toContain("3 divergences");
  const short = parsePicture(
    tracePlot({ name: "mu", chains: [chain(1, 20)], divergences: [[...Array(19).fill(0), 1]] }),
  );
  const [tick] = numbers(all(short, ".divergence line"), "x1");
  // The last draw of the trace, whose path is rounded to a tenth of a pixel.
  expect(Math.abs(tick - vertices(all(short, ".trace path")[0]).x[19])).toBeLessThan(0.06);
});

test("several parameters are small multiples that share one legend", () => {
  const parameters = ["mu", "sigma", "rate[1]"].map((name, i) => ({ name, chains: [chain(i, 30), chain(i + 9, 30)] }));
  const root = parsePicture(tracePlots({ parameters, title: "All agree" }));
  expect(all(root, ".trace")).toHaveLength(6);
  expect(all(root, ".density")).toHaveLength(6);
  const words = texts(root);
  expect(words.filter((word) => word === "chain 1")).toHaveLength(1);
  expect(words.filter((word) => word === "draw")).toHaveLength(1);
  expect(words).toEqual(expect.arrayContaining(["mu", "sigma", "rate[1]", "All agree"]));
});

test("a chain that never moves is drawn without a density, and is mentioned", () => {
  const root = parsePicture(tracePlot({ name: "mu", chains: [new Float64Array(20).fill(0.1), chain(1, 20)] }));
  expect(all(root, ".trace")).toHaveLength(2);
  expect(all(root, ".density")).toHaveLength(1);
  expect(texts(root).join(" ")).toContain("never moves");
  expect(all(parsePicture(tracePlot({ name: "c", chains: [Float64Array.of(3)] })), ".density")).toHaveLength(0);
});

test("chains beyond the sixth repeat the colours with dashes", () => {
  const chains = Array.from({ length: 8 }, (_, i) => chain(i, 20));
  const densities = all(parsePicture(tracePlot({ name: "mu", chains })), ".density");
  expect(densities[6].getAttribute("stroke")).toBe(densities[0].getAttribute("stroke"));
  expect(densities.map((density) => density.getAttribute("stroke-dasharray") !== null)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
});

test("names are escaped and shortened", () => {
  const name = `a<b> & "c" ${"long ".repeat(40)}`;
  const root = parsePicture(tracePlot({ name, chains: [chain(1, 20)] }));
  expect(texts(root, "title")).toEqual([name]);
});

test("the same input gives the same string", () => {
  const trace = { name: "mu", chains: [chain(1, 60)] };
  expect(tracePlot(trace)).toBe(tracePlot(structuredClone(trace)));
});

test.each([
  ["parameters", []],
  ["mu.chains", [{ name: "mu", chains: [] }]],
  ["mu.chains[1]", [{ name: "mu", chains: [chain(1, 5), new Float64Array()] }]],
  ["mu.divergences", [{ name: "mu", chains: [chain(1, 5)], divergences: [] }]],
  ["mu.divergences[0]", [{ name: "mu", chains: [chain(1, 5)], divergences: [[0, 1]] }]],
])("refuses a bad %s by name", (field, parameters) => {
  expect(() => tracePlots({ parameters })).toThrowError(expect.objectContaining({ name: "PoolishError", field }));
});

test("a draw that is not finite is named with chain and row", () => {
  const chains = [chain(1, 5), Float64Array.of(1, 2, Number.NaN)];
  const error = expect.objectContaining({ name: "PoolishError", field: "sigma.chains[1]", row: 2 });
  expect(() => tracePlot({ name: "sigma", chains })).toThrowError(error);
});
