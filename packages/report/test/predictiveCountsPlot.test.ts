import { expect, test } from "vitest";
import { predictiveCountsPlot } from "../src/index.ts";
import { all, expectLinear, numbers, parsePicture, texts } from "./support/markup.ts";

const GROUPS = [
  {
    label: "Factory 1",
    counts: [2, 3, 5],
    observed: [1, 4, 2],
    predicted: [
      { mean: 1.5, lower: 0, upper: 3 },
      { mean: 3.2, lower: 1, upper: 6 },
      { mean: 2.1, lower: 0, upper: 5 },
    ],
  },
  {
    label: "Factory <2>",
    counts: [0, 9],
    observed: [3, 1],
    predicted: [
      { mean: 2, lower: 1, upper: 3 },
      { mean: 1, lower: 0, upper: 2 },
    ],
  },
];

test("bars, dots and intervals of a group share one scale, which begins at 0", () => {
  const root = parsePicture(predictiveCountsPlot({ groups: GROUPS }));
  GROUPS.forEach(({ observed, predicted }, i) => {
    const rects = all(all(root, ".observed")[i], "rect");
    const lines = all(all(root, ".interval-predicted")[i], "line");
    const tops = numbers(rects, "y");
    const floor = tops[0] + numbers(rects, "height")[0];
    const positions = [
      floor,
      ...tops,
      ...numbers(all(all(root, ".mean-predicted")[i], "circle"), "cy"),
      ...numbers(lines, "y1"),
      ...numbers(lines, "y2"),
    ];
    const values = [
      0,
      ...observed,
      ...predicted.map(({ mean }) => mean),
      ...predicted.map(({ lower }) => lower),
      ...predicted.map(({ upper }) => upper),
    ];
    expectLinear(positions, values, -1);
  });
});

test("all groups share the axis of counts", () => {
  const dots = all(parsePicture(predictiveCountsPlot({ groups: GROUPS })), ".mean-predicted");
  const xs = dots.flatMap((group) => numbers(all(group, "circle"), "cx"));
  expectLinear(
    xs,
    GROUPS.flatMap((group) => group.counts),
    1,
  );
});

test("sample sizes, labels and the meaning of the interval are written out", () => {
  const options = { groups: GROUPS, xLabel: "chips", yLabel: "cookies", intervalLabel: "90 % predictive intervals" };
  const words = texts(parsePicture(predictiveCountsPlot(options)));
  expect(words).toEqual(expect.arrayContaining(["Factory 1", "Factory <2>", "n = 7", "n = 4", "chips", "cookies"]));
  const note = words.join(" ");
  expect(note).toContain("vertical lines 90 % predictive intervals");
  expect(note).toContain("for its own count, not for all counts at once");
});

test("a group without data says so", () => {
  const empty = { label: "none", counts: [], observed: [], predicted: [] };
  const words = texts(parsePicture(predictiveCountsPlot({ groups: [...GROUPS, empty] })));
  expect(words).toEqual(expect.arrayContaining(["none", "n = 0", "no data"]));
  expect(texts(parsePicture(predictiveCountsPlot({ groups: [empty] })))).toContain("no data");
  expect(texts(parsePicture(predictiveCountsPlot({ groups: GROUPS })))).not.toContain("no data");
});

test("the same input gives the same string", () => {
  expect(predictiveCountsPlot({ groups: GROUPS })).toBe(predictiveCountsPlot({ groups: structuredClone(GROUPS) }));
});

test.each([
  ["groups", []],
  ["groups[0].observed", [{ ...GROUPS[0], observed: [1, Number.NaN, 2] }]],
  ["groups[0].predicted", [{ ...GROUPS[0], predicted: GROUPS[0].predicted.slice(1) }]],
  [
    "groups[1].predicted[1].upper",
    [
      GROUPS[0],
      { ...GROUPS[1], predicted: [GROUPS[1].predicted[0], { mean: 1, lower: 0, upper: Number.POSITIVE_INFINITY }] },
    ],
  ],
])("refuses a bad %s by name", (field, groups) => {
  expect(() => predictiveCountsPlot({ groups })).toThrowError(expect.objectContaining({ name: "PoolishError", field }));
});
