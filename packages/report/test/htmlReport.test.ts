import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { htmlReport, lossPlot, type ReportSection } from "../src/index.ts";
import { all, markupFaults, texts } from "./support/markup.ts";

const SVG = lossPlot({
  epochs: [
    { training: 2, validation: 2.1 },
    { training: 1, validation: 1.1 },
  ],
  bestEpoch: 1,
});
const TABLE = {
  columns: ["parameter", "mean", "bulk ESS", "note", "share"],
  rows: [
    ["mu", 8.4555, 2817, "<fine>", "12 %"],
    ["rate[5]", -9.1, 990.25, "", "3.5 %"],
  ],
};

function report(...sections: ReportSection[]): string {
  return htmlReport({ title: "Cookies & <co>", subtitle: "a 'lead'", sections, footer: "seed 1 & so on" });
}

function parse(html: string): Element {
  return parseHTML(html).document.documentElement;
}

test("the page is well formed, with title, headings, contents and footer, all escaped", () => {
  const html = report(
    { heading: "One <b>", text: "First & best.\n\nSecond <i>." },
    { heading: "Two", svg: SVG, caption: "A > B" },
  );
  expect(markupFaults(html.replace(/<style>[\s\S]*<\/style>/, ""))).toEqual([]);
  const root = parse(html);
  expect(texts(root, "h1")).toEqual(["Cookies & <co>"]);
  expect(texts(root, "h2")).toEqual(["One <b>", "Two"]);
  expect(texts(root, "section p")).toEqual(["First & best.", "Second <i>."]);
  expect(texts(root, "figcaption")).toEqual(["A > B"]);
  expect(texts(root, "footer")).toEqual(["seed 1 & so on"]);
  expect(all(root, "nav a").map((link) => root.querySelector(link.getAttribute("href") ?? "")?.localName)).toEqual([
    "section",
    "section",
  ]);
  expect(root.getAttribute("lang")).toBe("en");
});

test("nothing is fetched: no script, no reference but to the page itself", () => {
  const html = report({ heading: "h", svg: SVG, table: TABLE }, { heading: "h" });
  expect(html).not.toMatch(/https?:|\/\/|@import|url\(|<script|<link|<img|\ssrc=/);
  expect(html).toContain("default-src 'none'");
  for (const [, target] of html.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#section-\d$/);
});

test("columns of numbers have equal decimals and are aligned on the right", () => {
  const root = parse(report({ heading: "h", table: TABLE, caption: "Summary" }));
  const cells = all(root, "tbody tr").map((row) => [...row.children].map((cell) => cell.textContent));
  expect(cells).toEqual([
    ["mu", "8.456", "2817", "<fine>", "12 %"],
    ["rate[5]", "-9.100", "990", "", "3.5 %"],
  ]);
  expect(all(root, "thead th").map((cell) => cell.className === "number")).toEqual([false, true, true, false, true]);
  expect(all(root, "tbody tr:first-child > *").map((cell) => cell.className === "number")).toEqual([
    false,
    true,
    true,
    false,
    true,
  ]);
  expect(all(root, "tbody th").map((cell) => cell.getAttribute("scope"))).toEqual(["row", "row"]);
  expect(texts(root, "caption")).toEqual(["Summary"]);
});

test("the caption belongs to the picture when there are both", () => {
  const root = parse(report({ heading: "h", table: TABLE, svg: SVG, caption: "c" }));
  expect(texts(root, "figcaption")).toEqual(["c"]);
  expect(all(root, "caption")).toHaveLength(0);
});

test("pictures are inlined whole", () => {
  expect(report({ heading: "h", svg: SVG })).toContain(SVG.trim().replace(' xmlns="http://www.w3.org/2000/svg"', ""));
});

test("the same input gives the same string", () => {
  expect(report({ heading: "h", svg: SVG, table: TABLE })).toBe(
    report({ heading: "h", svg: SVG, table: structuredClone(TABLE) }),
  );
});

test.each([
  ["sections[0].table.rows[1]", { heading: "h", table: { columns: ["a", "b"], rows: [["x", 1], ["y"]] } }],
  [
    "sections[0].table.rows[0][1] (R-hat)",
    { heading: "h", table: { columns: ["a", "R-hat"], rows: [["x", Number.NaN]] } },
  ],
  ["sections[0].svg", { heading: "h", svg: "" }],
  ["sections[0].svg", { heading: "h", svg: "<p>text</p>" }],
  ["sections[0].svg", { heading: "h", svg: "<svg></svg><script>1</script>" }],
  ["sections[0].svg", { heading: "h", svg: "before <svg></svg>" }],
  ["sections[0].svg", { heading: "h", svg: "<svg><script>1</script></svg>" }],
  ["sections[0].svg", { heading: "h", svg: "<svg><foreignObject/></svg>" }],
  ["sections[0].svg", { heading: "h", svg: '<svg onload="x()"></svg>' }],
  ["sections[0].svg", { heading: "h", svg: '<svg><a href="https://example.org"/></svg>' }],
  ["sections[0].svg", { heading: "h", svg: '<svg><rect fill="url(https://example.org/x)"/></svg>' }],
])("refuses a bad %s by name", (field, section) => {
  expect(() => report(section)).toThrowError(expect.objectContaining({ name: "PoolishError", field }));
});
