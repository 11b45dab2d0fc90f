import { expect, test } from "vitest";
import { massComparisonPlot } from "../src/index.ts";
import { all, expectLinear, numbers, parsePicture, texts } from "./support/markup.ts";

const PANELS = [
  { label: "rate 1", counts: [0, 1, 2], exact: [0.4, 0.4, 0.2], learned: [0.38, 0.44, 0.18] },
  { label: "rate 2 & <more>", counts: [0, 1, 2, 3], exact: [0.1, 0.3, 0.4, 0.2], learned: [0.1, 0.3, 0.4, 0.2] },
];

test("bars and dots of a panel share its scales", () => {
  const root = parsePicture(massComparisonPlot({ panels: PANELS }));
  const bars = all(root, ".exact");
  const dots = all(root, ".learned");
  expect(bars).toHaveLength(2);
  PANELS.forEach(({ counts, exact, learned }, i) => {
    const rects = all(bars[i], "rect");
    const circles = all(dots[i], "circle");
    expectLinear(numbers(circles, "cx"), counts, 1);
    // Tops of the bars are on the scale of the dots, and the bars stand on one floor: height = floor - top.
    const tops = numbers(rects, "y");
    expectLinear([...numbers(circles, "cy"), ...tops], [...learned, ...exact], -1);
    const floors = numbers(rects, "height").map((height, k) => height + tops[k]);
    for (const floor of floors) expect(floor).toBeCloseTo(floors[0], 6);
    expectLinear([...tops, floors[0]], [...exact, 0], -1);
    // Each bar is centred on its count.
    const middles = numbers(rects, "x").map((x, k) => x + numbers(rects, "width")[k] / 2);
    for (const [k, cx] of numbers(circles, "cx").entries()) expect(middles[k]).toBeCloseTo(cx, 6);
  });
});

test("each panel shows its label and the total variation distance", () => {
  const words = texts(parsePicture(massComparisonPlot({ panels: PANELS, xLabel: "chips", title: "They agree" })));
  // ½ (0.02 + 0.04 + 0.02)
  expect(words).toEqual(
    expect.arrayContaining(["rate 1", "rate 2 & <more>", "TV 0.0400", "TV 0.0000", "chips", "They agree"]),
  );
});

test("counts have ticks at integers only", () => {
  const words = texts(
    parsePicture(massComparisonPlot({ panels: [PANELS[0]] })),
    '[aria-label="x-axis tick label"] text',
  );
  expect(words).toEqual(["0", "1", "2"]);
});

test("zero mass everywhere and a single count still draw", () => {
  const panels = [{ label: "none", counts: [3], exact: [0], learned: [0] }];
  expect(all(parsePicture(massComparisonPlot({ panels })), ".learned circle")).toHaveLength(1);
});

test("the same input gives the same string", () => {
  expect(massComparisonPlot({ panels: PANELS })).toBe(massComparisonPlot({ panels: structuredClone(PANELS) }));
});

test.each([
  ["panels", []],
  ["panels[0].counts", [{ ...PANELS[0], counts: [] }]],
  ["panels[1].learned", [PANELS[0], { ...PANELS[1], learned: [0.1, Number.NaN, 0.4, 0.2] }]],
  ["panels[0].exact", [{ ...PANELS[0], exact: [0.5, 0.5] }]],
])("refuses a bad %s by name", (field, panels) => {
  expect(() => massComparisonPlot({ panels })).toThrowError(expect.objectContaining({ name: "PoolishError", field }));
});
