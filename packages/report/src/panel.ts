import { type PlotOptions, plot } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { xmlText } from "./escapeMarkup.ts";
import { pixels, svgText } from "./svgText.ts";
import { textWidth } from "./textWidth.ts";
import { theme } from "./theme.ts";
import { wrapText } from "./wrapText.ts";

/** A piece of a picture: SVG elements drawn in a box of this size, in pixels. */
export interface Panel {
  readonly markup: string;
  readonly width: number;
  readonly height: number;
}

export type PanelOptions = PlotOptions & { readonly width: number; readonly height: number };

/** The path with one decimal a coordinate: a tenth of a pixel is below what is seen, and a trace half the size. */
function roundPath(path: string): string {
  return path.replace(/-?\d+\.\d+/g, (number) => String(Math.round(Number(number) * 10) / 10));
}

/**
 * Draws one Plot without a browser. Plot's own `<svg>` and style sheet are left behind: nested `<svg>`s would take
 * the `height: auto` of that sheet, and its class would style its neighbours on an HTML page. Titles and legends belong
 * to `composeFigure`, because Plot would answer them with an HTML `<figure>`; and no mark may clip, because Plot numbers
 * clip paths over the life of the process.
 */
export function renderPanel(options: PanelOptions): Panel {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = plot({ ...options, document });
  svg.querySelector("style")?.remove();
  for (const path of svg.querySelectorAll("path")) path.setAttribute("d", roundPath(path.getAttribute("d") ?? ""));
  const markup = `<g text-anchor="middle" font-size="${theme.size.tick}" fill="${theme.ink}">${svg.innerHTML}</g>`;
  return { markup, width: options.width, height: options.height };
}

/** An axis label of one line that keeps to its axis, as Plot may escape it. */
export function fitLabel(label: string, width: number): string {
  return wrapText(xmlText(label), width, theme.size.tick, 1)[0] ?? "";
}

/** The panel moved to (x, y). */
export function placePanel(panel: Panel, x: number, y: number): string {
  return `<g transform="translate(${pixels(x)},${pixels(y)})">${panel.markup}</g>`;
}

/** The panel with a heading above it: `label` in bold, shortened to fit, and `detail` in grey at the right end. */
export function withHeading(panel: Panel, label: string, detail = "", indent = 0): Panel {
  const size = theme.size.label;
  const baseline = size + 2;
  const detailText = svgText(panel.width, baseline, detail, { size, fill: theme.muted, anchor: "end" });
  const detailWidth = detail === "" ? 0 : textWidth(detail, size) + 12;
  const [line = ""] = wrapText(label, panel.width - indent - detailWidth, size, 1, true);
  const tooltip = line === label ? {} : { tooltip: label };
  const heading =
    svgText(indent, baseline, line, { size, isBold: true, ...tooltip }) + (detail === "" ? "" : detailText);
  const top = size + 8;
  return { markup: heading + placePanel(panel, 0, top), width: panel.width, height: panel.height + top };
}

/** Panels of one width, `columns` of them side by side in each row, with `gap` pixels between them. */
export function panelGrid(panels: readonly Panel[], columns: number, gap: number): Panel {
  const width = Math.max(...panels.map((panel) => panel.width));
  let markup = "";
  let height = 0;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    const top = height + (first > 0 ? gap : 0);
    markup += row.map((panel, i) => placePanel(panel, i * (width + gap), top)).join("");
    height = top + Math.max(...row.map((panel) => panel.height));
  }
  return { markup, width: columns * width + (columns - 1) * gap, height };
}
