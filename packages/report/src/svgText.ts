import { escapeMarkup } from "./escapeMarkup.ts";
import { theme } from "./theme.ts";

export interface SvgTextStyle {
  readonly size: number;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly isBold?: boolean;
  readonly isItalic?: boolean;
  /** The whole text, shown on hovering, where the drawn one had to be shortened. */
  readonly tooltip?: string;
}

/** A pixel coordinate with at most two decimals. */
export function pixels(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** One line of text with its baseline at y. */
export function svgText(x: number, y: number, text: string, style: SvgTextStyle): string {
  const weight = style.isBold ? ' font-weight="bold"' : "";
  const slant = style.isItalic ? ' font-style="italic"' : "";
  const tooltip = style.tooltip === undefined ? "" : `<title>${escapeMarkup(style.tooltip)}</title>`;
  return (
    `<text x="${pixels(x)}" y="${pixels(y)}" font-size="${style.size}" fill="${style.fill ?? theme.ink}" ` +
    `text-anchor="${style.anchor ?? "start"}"${weight}${slant}>${tooltip}${escapeMarkup(text)}</text>`
  );
}
