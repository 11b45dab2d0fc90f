import { escapeMarkup } from "./escapeMarkup.ts";
import { HTML_STYLE } from "./htmlStyle.ts";
import { htmlTable, type ReportTable } from "./htmlTable.ts";
import { inlineSvg } from "./inlineSvg.ts";

export interface ReportSection {
  readonly heading: string;
  /** Plain text; an empty line begins a new paragraph. */
  readonly text?: string | undefined;
  readonly table?: ReportTable | undefined;
  /** A picture of this package. */
  readonly svg?: string | undefined;
  /** What the picture shows, or the table when there is no picture. */
  readonly caption?: string | undefined;
}

export interface HtmlReportOptions {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly sections: readonly ReportSection[];
  /** Where the report comes from: program, version, seed, date. */
  readonly footer: string;
}

/** The browser itself refuses whatever would leave the file. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function paragraphs(text: string): string {
  const parts = text.split(/\n\s*\n/).filter((part) => part.trim() !== "");
  return parts.map((part) => `<p>${escapeMarkup(part.trim())}</p>`).join("\n");
}

function figure(field: string, svg: string, caption: string | undefined): string {
  const text = caption === undefined ? "" : `<figcaption>${escapeMarkup(caption)}</figcaption>`;
  return `<figure><div class="card" tabindex="0">${inlineSvg(field, svg)}</div>${text}</figure>`;
}

function sectionMarkup({ heading, text, table, svg, caption }: ReportSection, index: number): string {
  const id = `section-${index + 1}`;
  const field = `sections[${index}]`;
  const parts = [`<h2 id="${id}-heading">${escapeMarkup(heading)}</h2>`];
  if (text !== undefined) parts.push(paragraphs(text));
  if (table !== undefined) parts.push(htmlTable(`${field}.table`, table, svg === undefined ? caption : undefined));
  if (svg !== undefined) parts.push(figure(`${field}.svg`, svg, caption));
  if (table === undefined && svg === undefined && caption !== undefined) parts.push(paragraphs(caption));
  return `<section id="${id}" aria-labelledby="${id}-heading">\n${parts.join("\n")}\n</section>`;
}

function contents(sections: readonly ReportSection[]): string {
  if (sections.length < 2) return "";
  const items = sections.map(({ heading }, i) => `<li><a href="#section-${i + 1}">${escapeMarkup(heading)}</a></li>`);
  return `<nav aria-label="Contents"><ul>\n${items.join("\n")}\n</ul></nav>\n`;
}

/**
 * One self-contained HTML page: headings, paragraphs, tables and pictures, with no script and nothing to fetch. All text
 * is escaped. It follows the reader's colour scheme, prints, and scrolls wide content on small screens.
 * @throws PoolishError naming the section for a table with rows of unequal length or numbers that are not finite, and
 * for an `svg` that is not a picture of this package.
 */
export function htmlReport({ title, subtitle, sections, footer }: HtmlReportOptions): string {
  const lead = subtitle === undefined ? "" : `<p class="subtitle">${escapeMarkup(subtitle)}</p>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}"/>
<title>${escapeMarkup(title)}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(title)}</h1>
${lead}</header>
${contents(sections)}<main>
${sections.map(sectionMarkup).join("\n")}
</main>
<footer>${escapeMarkup(footer)}</footer>
</body>
</html>
`;
}
