import { expect, test } from "vitest";
import { LEGEND_ROW_HEIGHT, type LegendEntry, legendMarkup } from "../src/legend.ts";
import { textWidth } from "../src/textWidth.ts";
import { theme } from "../src/theme.ts";

const ENTRIES = Array.from(
  { length: 9 },
  (_, i): LegendEntry => ({ symbol: "line", colour: "#000000", label: `chain ${i}` }),
);

test("entries break into rows that keep to the width, without overlap", () => {
  const { markup, height } = legendMarkup(ENTRIES, 300);
  const places = [...markup.matchAll(/<g transform="translate\(([\d.]+),([\d.]+)\)">/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  expect(places).toHaveLength(9);
  const entryWidth = 30 + textWidth("chain 0", theme.size.label);
  places.forEach(([x, y], i) => {
    expect(x + entryWidth).toBeLessThanOrEqual(300);
    expect(y).toBeLessThan(height);
    const [previousX, previousY] = places[i - 1] ?? [0, -1];
    if (y === previousY) expect(x - previousX).toBeGreaterThan(entryWidth);
    else expect(x).toBe(0);
  });
  expect(height).toBe(new Set(places.map(([, y]) => y)).size * LEGEND_ROW_HEIGHT);
});

test("no entries take no room", () => {
  expect(legendMarkup([], 300)).toEqual({ markup: "", height: 0 });
});
