import { escapeMarkup } from "./escapeMarkup.ts";
import { type LegendEntry, legendMarkup } from "./legend.ts";
import { type Panel, placePanel } from "./panel.ts";
import { svgText } from "./svgText.ts";
import { theme } from "./theme.ts";
import { wrapText } from "./wrapText.ts";

/** What stands above a picture. Each picture has a plain title of its own; a better one says what is to be seen. */
export interface FigureText {
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
}

export interface FigureParts extends FigureText {
  readonly title: string;
  readonly legend?: readonly LegendEntry[];
  readonly body: Panel;
  /** What the reader must know to read the picture rightly, in small print below it. */
  readonly note?: string;
}

/** Inner width of a figure: what `body` may fill. */
export const BODY_WIDTH: number = theme.width - 2 * theme.padding;

interface Lines {
  readonly size: number;
  readonly fill?: string;
  readonly isBold?: boolean;
}

function paragraph(text: string, top: number, style: Lines): { markup: string; bottom: number } {
  const lineHeight = style.size * 1.4;
  const lines = wrapText(text, BODY_WIDTH, style.size, Infinity, style.isBold);
  const markup = lines
    .map((line, i) => svgText(theme.padding, top + style.size + i * lineHeight, line, style))
    .join("");
  return { markup, bottom: top + lines.length * lineHeight };
}

/**
 * One standalone `<svg>`: title, subtitle, legend, body and note below each other on a white card, so that it can be
 * read on dark pages too. It holds no ids, no style sheet and no outside references, so any number of them can share a page.
 */
export function composeFigure({ title, subtitle = "", legend = [], body, note = "" }: FigureParts): string {
  const heading = paragraph(title, theme.padding - 4, { size: theme.size.title, isBold: true });
  const subheading = paragraph(subtitle, heading.bottom + 2, { size: theme.size.subtitle, fill: theme.muted });
  const legendTop = subheading.bottom + 6;
  const key = legendMarkup(legend, BODY_WIDTH);
  const bodyTop = legendTop + key.height + (legend.length > 0 ? 10 : 4);
  const footnote = paragraph(note, bodyTop + body.height + (note === "" ? 0 : 8), {
    size: theme.size.tick,
    fill: theme.muted,
  });
  const height = Math.ceil(footnote.bottom + theme.padding - 6);
  const description = [title, subtitle, note].filter((text) => text !== "").join(". ");
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${theme.width}" height="${height}" ` +
    `viewBox="0 0 ${theme.width} ${height}" font-family="${theme.fontFamily}" color="${theme.ink}" ` +
    `role="img" aria-label="${escapeMarkup(description)}">` +
    `<rect width="${theme.width}" height="${height}" fill="${theme.background}"/>` +
    heading.markup +
    subheading.markup +
    placePanel({ ...body, markup: key.markup }, theme.padding, legendTop) +
    placePanel(body, theme.padding, bodyTop) +
    footnote.markup +
    "</svg>\n"
  );
}
