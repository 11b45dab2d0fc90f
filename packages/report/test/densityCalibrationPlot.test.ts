import { expect, test } from "vitest";
import { calibrationPlot, densityCalibrationPlot } from "../src/index.ts";
import { all, parsePicture, texts } from "./support/markup.ts";

const OPTIONS = {
  largestRank: 3,
  band: { lower: [1, 2, 4], upper: [4, 6, 7] },
  quantities: [{ name: "x1", ranks: [0, 1, 1, 2, 3, 3, 3, 2], pValue: 0.034567 }],
};

test("draws what calibrationPlot draws, in the words of a density", () => {
  const [density, posterior] = [densityCalibrationPlot(OPTIONS), calibrationPlot(OPTIONS)].map(parsePicture);
  const paths = (root: Element): (string | null)[] => all(root, "path").map((path) => path.getAttribute("d"));
  expect(paths(density)).toEqual(paths(posterior));
  expect(texts(density).join(" ")).toMatch(
    /Calibration of the density.*8 held-out simulations, each ranked among 3 draws/,
  );
  expect(texts(density).join(" ")).not.toMatch(/truth|posterior/);
});
