import { axisY } from "@observablehq/plot";
import fc from "fast-check";
import { expect, test } from "vitest";
import { renderPanel } from "../src/panel.ts";
import { textWidth } from "../src/textWidth.ts";
import { theme } from "../src/theme.ts";
import { valueAxis } from "../src/valueAxis.ts";
import { parsePicture, texts } from "./support/markup.ts";

/** Between the frame and a label: a tick of 4 pixels and a gap of 3 (`AXIS_STYLE` and the default of Plot). */
const TICK_LENGTH = 7;

function tickLabels(lower: number, upper: number, numTicks: number): string[] {
  const { format } = valueAxis(lower, upper, numTicks);
  const y = { domain: [lower, upper] };
  const { markup } = renderPanel({ width: 300, height: 150, y, marks: [axisY({ ticks: numTicks, ...format })] });
  const size = 'width="800" height="150" viewBox="0 0 800 150"';
  return texts(parsePicture(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${markup}</svg>`));
}

test("labels keep to the room that was asked for them, at any scale", () => {
  const magnitude = fc.double({ min: -9, max: 9, noNaN: true });
  fc.assert(
    fc.property(
      magnitude,
      fc.double({ min: -3, max: 1, noNaN: true }),
      fc.integer({ min: 3, max: 6 }),
      fc.boolean(),
      (m, s, n, isNegative) => {
        const lower = (isNegative ? -1 : 1) * 10 ** m;
        const upper = lower + 10 ** (m + s);
        const room = valueAxis(lower, upper, n).width;
        for (const label of tickLabels(lower, upper, n))
          expect(textWidth(label, theme.size.tick)).toBeLessThanOrEqual(room - TICK_LENGTH);
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

test("large numbers share a prefix, tiny numbers are powers of ten, others are plain", () => {
  expect(tickLabels(0, 2e6, 4)).toEqual(["0M", "0.5M", "1M", "1.5M", "2M"]);
  expect(tickLabels(-2e-5, 0, 2)).toEqual(["−2e−5", "−1e−5", "0"]);
  expect(tickLabels(0, 0.2, 2)).toEqual(["0.0", "0.1", "0.2"]);
});
