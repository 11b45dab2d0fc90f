import { expect, test } from "vitest";
import { lossPlot } from "../src/index.ts";
import { all, numbers, parsePicture, texts } from "./support/markup.ts";

const EPOCHS = [
  { training: 3, validation: 3.2 },
  { training: 2.4, validation: 2.6 },
  { training: 2.1, validation: 2.3 },
  { training: 2, validation: 2.4 },
];

function points(root: Element, className: string): number[][] {
  const path = root.querySelector(`.${className} path`)?.getAttribute("d") ?? "";
  return path
    .split(/[ML]/)
    .slice(1)
    .map((point) => point.split(",").map(Number));
}

test("both lines go through the losses: rising epochs to the right, falling losses down the page", () => {
  const root = parsePicture(lossPlot({ epochs: EPOCHS, bestEpoch: 2 }));
  const training = points(root, "training");
  const validation = points(root, "validation");
  // The unit of either axis, from the first two epochs and the first training and validation loss.
  const epochWidth = training[1][0] - training[0][0];
  const unit = (training[0][1] - validation[0][1]) / (3.2 - 3);
  expect(epochWidth).toBeGreaterThan(0);
  expect(unit).toBeGreaterThan(0);
  EPOCHS.forEach((epoch, i) => {
    // Paths are rounded to a tenth of a pixel; the unit is a difference of two over 0.2, hence the factor.
    expect(Math.abs(training[i][1] - training[0][1] - unit * (3 - epoch.training))).toBeLessThan(0.7);
    expect(Math.abs(validation[i][1] - training[0][1] - unit * (3 - epoch.validation))).toBeLessThan(0.7);
    expect(Math.abs(training[i][0] - training[0][0] - i * epochWidth)).toBeLessThan(0.4);
  });
});

test("the kept epoch is marked on both lines and named, counted from 1", () => {
  const root = parsePicture(lossPlot({ epochs: EPOCHS, bestEpoch: 2, yLabel: "nats", title: "It converged" }));
  const rule = numbers(all(root, ".kept line"), "x1");
  const dots = all(root, ".kept circle");
  expect(numbers(dots, "cx")).toEqual([rule[0], rule[0]]);
  expect(Math.abs(rule[0] - points(root, "validation")[2][0])).toBeLessThan(0.06);
  expect(Math.abs(numbers(dots, "cy")[1] - points(root, "validation")[2][1])).toBeLessThan(0.06);
  expect(texts(root)).toEqual(
    expect.arrayContaining(["kept: epoch 3, validation loss 2.3000", "nats", "It converged", "epoch"]),
  );
});

test("a huge loss at the start leaves the frame, and the picture says so", () => {
  const tail = Array.from({ length: 30 }, (_, i) => ({ training: 2 + 1 / (i + 1), validation: 2.1 + 1 / (i + 1) }));
  const root = parsePicture(lossPlot({ epochs: [{ training: 1e6, validation: 2e6 }, ...tail], bestEpoch: 30 }));
  // The frame holds at least nine tenths of the 62 losses, so the other six lie in at most six epochs.
  const [, numOutside] = /(\d+) of 31 epochs have a loss above the frame/.exec(texts(root).join(" ")) ?? [];
  expect(Number(numOutside)).toBeGreaterThanOrEqual(1);
  expect(Number(numOutside)).toBeLessThanOrEqual(6);
  const height =
    Math.max(...points(root, "training").map(([, y]) => y)) - Math.min(...points(root, "training").map(([, y]) => y));
  expect(height).toBeGreaterThan(150);
  expect(texts(parsePicture(lossPlot({ epochs: EPOCHS, bestEpoch: 0 }))).join()).not.toContain("above the frame");
});

test("one epoch, and losses that never change, still draw", () => {
  expect(
    all(parsePicture(lossPlot({ epochs: [{ training: -1, validation: -1 }], bestEpoch: 0 })), ".kept circle"),
  ).toHaveLength(2);
});

test("the same input gives the same string", () => {
  expect(lossPlot({ epochs: EPOCHS, bestEpoch: 2 })).toBe(lossPlot({ epochs: structuredClone(EPOCHS), bestEpoch: 2 }));
});

test.each([
  ["epochs", [], 0],
  ["epochs[1].validation", [EPOCHS[0], { training: 1, validation: Number.NaN }], 0],
  ["bestEpoch", EPOCHS, 4],
  ["bestEpoch", EPOCHS, -1],
  ["bestEpoch", EPOCHS, 0.5],
])("refuses a bad %s by name", (field, epochs, bestEpoch) => {
  expect(() => lossPlot({ epochs, bestEpoch })).toThrowError(expect.objectContaining({ name: "PoolishError", field }));
});
