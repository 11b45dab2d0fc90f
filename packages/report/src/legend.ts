import { pixels, svgText } from "./svgText.ts";
import { textWidth } from "./textWidth.ts";
import { theme } from "./theme.ts";

export type LegendSymbol = "dot" | "dotInterval" | "hollowInterval" | "line" | "dashed" | "band" | "bar" | "tick";

export interface LegendEntry {
  readonly symbol: LegendSymbol;
  readonly colour: string;
  readonly label: string;
}

export const SYMBOL_WIDTH = 24;
const SYMBOL_GAP = 6;
const ENTRY_GAP = 22;
export const LEGEND_ROW_HEIGHT = 22;

/** The symbol centred on the height 0, from x = 0 to SYMBOL_WIDTH. */
function symbolMarkup(symbol: LegendSymbol, colour: string): string {
  const middle = SYMBOL_WIDTH / 2;
  const line = (extra = "") => `<path d="M0,0H${SYMBOL_WIDTH}" stroke="${colour}" stroke-width="2"${extra}/>`;
  const dot = (fill: string) => `<circle cx="${middle}" r="4.5" fill="${fill}" stroke="${colour}" stroke-width="2"/>`;
  switch (symbol) {
    case "dot":
      return dot(colour);
    case "dotInterval":
      return line() + dot(colour);
    case "hollowInterval":
      return line() + dot(theme.background);
    case "line":
      return line();
    case "dashed":
      return line(' stroke-dasharray="5 3"');
    case "band":
      return `<rect y="-7" width="${SYMBOL_WIDTH}" height="14" fill="${colour}" fill-opacity="0.2"/>${line()}`;
    case "bar":
      return `<rect x="5" y="-7" width="14" height="14" fill="${colour}"/>`;
    case "tick":
      return `<path d="M${middle},-6V6" stroke="${colour}" stroke-width="1.5"/>`;
  }
}

/** The entries one after another, in as many rows as `width` pixels need. */
export function legendMarkup(
  entries: readonly LegendEntry[],
  width: number,
): { readonly markup: string; readonly height: number } {
  const size = theme.size.label;
  let x = 0;
  let row = 0;
  let markup = "";
  for (const { symbol, colour, label } of entries) {
    const entryWidth = SYMBOL_WIDTH + SYMBOL_GAP + textWidth(label, size);
    if (x > 0 && x + entryWidth > width) {
      x = 0;
      row++;
    }
    const y = (row + 0.5) * LEGEND_ROW_HEIGHT;
    markup += `<g transform="translate(${pixels(x)},${pixels(y)})">${symbolMarkup(symbol, colour)}`;
    markup += `${svgText(SYMBOL_WIDTH + SYMBOL_GAP, size * 0.36, label, { size })}</g>`;
    x += entryWidth + ENTRY_GAP;
  }
  return { markup, height: entries.length === 0 ? 0 : (row + 1) * LEGEND_ROW_HEIGHT };
}
