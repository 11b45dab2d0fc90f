import { expect, test } from "vitest";
import { type PoolingGroup, poolingPlot } from "../src/index.ts";
import { all, expectLinear, numbers, parsePicture, texts } from "./support/markup.ts";

function estimate(mean: number, sd: number) {
  return { mean, lower: mean - 1.645 * sd, upper: mean + 1.645 * sd };
}

/** Exact posteriors of the cookie factories (research/sbi.md §5.4): alone, hierarchical, number of cookies. */
const FACTORIES: readonly PoolingGroup[] = [
  { label: "Factory 1", count: 30, alone: estimate(9.04, 0.547), hierarchical: estimate(8.963, 0.524) },
  { label: "Factory 2", count: 30, alone: estimate(5.762, 0.437), hierarchical: estimate(6.037, 0.465) },
  { label: "Factory 3", count: 30, alone: estimate(10, 0.575), hierarchical: estimate(9.819, 0.558) },
  { label: "Factory 4", count: 30, alone: estimate(8.311, 0.525), hierarchical: estimate(8.312, 0.502) },
  { label: "Factory 5", count: 5, alone: estimate(9.615, 1.36), hierarchical: estimate(9.127, 1.108) },
];
const OPTIONS = {
  groups: FACTORIES,
  pooled: estimate(8.3227, 0.2578),
  grandMean: 8.456,
  xLabel: "chips per cookie",
  title: "The factory with five cookies is pulled most",
};

test("dots, intervals, band and line share one scale of values", () => {
  const root = parsePicture(poolingPlot(OPTIONS));
  const alone = FACTORIES.flatMap(({ alone }) => (alone === undefined ? [] : [alone]));
  const hierarchical = FACTORIES.map((group) => group.hierarchical);
  const band = all(root, ".interval-pooled rect");
  const bandStart = numbers(band, "x");
  const positions = [
    ...numbers(all(root, ".mean-alone circle"), "cx"),
    ...numbers(all(root, ".mean-hierarchical circle"), "cx"),
    ...numbers(all(root, ".interval-alone line"), "x1"),
    ...numbers(all(root, ".interval-alone line"), "x2"),
    ...numbers(all(root, ".interval-hierarchical line"), "x1"),
    ...numbers(all(root, ".interval-hierarchical line"), "x2"),
    ...bandStart,
    bandStart[0] + numbers(band, "width")[0],
    ...numbers(all(root, ".mean-pooled line"), "x1"),
    ...numbers(all(root, ".grand-mean line"), "x1"),
  ];
  const values = [
    ...alone.map(({ mean }) => mean),
    ...hierarchical.map(({ mean }) => mean),
    ...alone.map(({ lower }) => lower),
    ...alone.map(({ upper }) => upper),
    ...hierarchical.map(({ lower }) => lower),
    ...hierarchical.map(({ upper }) => upper),
    OPTIONS.pooled.lower,
    OPTIONS.pooled.upper,
    OPTIONS.pooled.mean,
    OPTIONS.grandMean,
  ];
  expectLinear(positions, values, 1);
});

test("parts may have names of their own", () => {
  const labels = { alone: "truth", hierarchical: "estimate", pooled: "all", grandMean: "middle" };
  const text = parsePicture(poolingPlot({ ...OPTIONS, labels })).textContent ?? "";
  for (const word of ["truth → estimate", "all, 8.32", "middle, 8.46"]) expect(text).toContain(word);
  for (const word of ["alone", "hierarchical", "pooled into"]) expect(text).not.toContain(word);
});

test("groups keep their order down the page, each alone above its hierarchical estimate", () => {
  const root = parsePicture(poolingPlot(OPTIONS));
  const alone = numbers(all(root, ".mean-alone circle"), "cy");
  const hierarchical = numbers(all(root, ".mean-hierarchical circle"), "cy");
  const downThePage = alone.flatMap((y, i) => [y, hierarchical[i]]);
  expect(downThePage).toEqual(downThePage.toSorted((a, b) => a - b));
});

test("every arrow points to the hierarchical mean, and that of the small factory is the longest", () => {
  const root = parsePicture(poolingPlot(OPTIONS));
  const shifts = all(root, ".pull path").map((path) => {
    const [x1, , x2] = (path.getAttribute("d") ?? "").match(/-?[\d.]+/g)?.map(Number) ?? [];
    return x2 - x1;
  });
  expect(shifts).toHaveLength(5);
  FACTORIES.forEach(({ alone, hierarchical }, i) => {
    const pull = hierarchical.mean - (alone?.mean ?? Number.NaN);
    if (Math.abs(pull) > 0.05) expect(Math.sign(shifts[i])).toBe(Math.sign(pull));
  });
  expect(Math.max(...shifts.map(Math.abs))).toBe(Math.abs(shifts[4]));
});

test("labels, sizes and means stand beside the rows", () => {
  const words = texts(parsePicture(poolingPlot(OPTIONS)));
  for (const { label } of FACTORIES) expect(words).toContain(label);
  expect(words.filter((word) => word === "30")).toHaveLength(4);
  expect(words).toContain("9.62 → 9.13");
  expect(words).toContain("pooled into one group, 8.32");
  expect(words).toContain("mean of the groups, 8.46");
  expect(words).toContain(OPTIONS.xLabel);
});

test("a group without data has only its hierarchical interval and says so", () => {
  const empty = { label: "Factory 6", count: 0, hierarchical: estimate(8.5, 2) };
  const root = parsePicture(poolingPlot({ ...OPTIONS, groups: [...FACTORIES, empty] }));
  expect(all(root, ".mean-hierarchical circle")).toHaveLength(6);
  expect(all(root, ".interval-hierarchical line")).toHaveLength(6);
  expect(all(root, ".mean-alone circle")).toHaveLength(5);
  expect(all(root, ".interval-alone line")).toHaveLength(5);
  expect(all(root, ".pull path")).toHaveLength(5);
  expect(texts(root, ".no-data text")).toEqual(["no data"]);
  expect(texts(root)).toContain("– → 8.50");
});

test("without a grand mean there is no line and no legend entry for it", () => {
  const root = parsePicture(poolingPlot({ ...OPTIONS, grandMean: undefined }));
  expect(all(root, ".grand-mean line")).toHaveLength(0);
  expect(texts(root).join()).not.toContain("mean of the groups");
});

test("labels are data: escaped, shortened when long, whole in the tooltip", () => {
  const label = `<script>alert("1")</script> & a name that is much too long for its column\u0000, and longer`;
  const groups = [{ ...FACTORIES[0], label }];
  const svg = poolingPlot({ ...OPTIONS, groups, xLabel: "a < b & \u0001c", title: "1 < 2 & 'so'" });
  expect(svg).not.toContain("<script");
  const root = parsePicture(svg);
  expect([...new Set(texts(root, "title"))]).toEqual([label.replace("\u0000", "\ufffd")]);
  expect(texts(root)).toContain("a < b & \ufffdc");
  expect(texts(root)).toContain("1 < 2 & 'so'");
});

test("many groups make the picture taller, not crowded", () => {
  const groups = Array.from({ length: 60 }, (_, i) => ({ ...FACTORIES[i % 5], label: `subject ${i}` }));
  const ys = numbers(all(parsePicture(poolingPlot({ ...OPTIONS, groups })), ".mean-hierarchical circle"), "cy");
  ys.slice(1).forEach((y, i) => {
    expect(y - ys[i]).toBeGreaterThan(24);
  });
});

test("equal estimates everywhere still have a scale", () => {
  const point = { mean: 0, lower: 0, upper: 0 };
  const groups = [{ label: "a", count: 1, alone: point, hierarchical: point }];
  const root = parsePicture(poolingPlot({ ...OPTIONS, groups, pooled: point, grandMean: 0 }));
  expect(all(root, ".mean-alone circle")).toHaveLength(1);
});

test("the same input gives the same string", () => {
  expect(poolingPlot(OPTIONS)).toBe(poolingPlot(structuredClone(OPTIONS)));
});

test.each([
  ["groups", { groups: [] }],
  ["pooled.mean", { pooled: { mean: Number.NaN, lower: 0, upper: 1 } }],
  ["pooled", { pooled: { mean: 0, lower: 1, upper: 0 } }],
  ["grandMean", { grandMean: Number.POSITIVE_INFINITY }],
  ["groups[0].count", { groups: [{ ...FACTORIES[0], count: 1.5 }] }],
  ["groups[0].alone.mean", { groups: [{ ...FACTORIES[0], alone: undefined }] }],
  [
    "groups[1].hierarchical.upper",
    { groups: [FACTORIES[0], { ...FACTORIES[1], hierarchical: { mean: 1, lower: 0, upper: Number.NaN } }] },
  ],
])("refuses a bad %s by name", (field, change) => {
  expect(() => poolingPlot({ ...OPTIONS, ...change })).toThrowError(
    expect.objectContaining({ name: "PoolishError", field }),
  );
});
