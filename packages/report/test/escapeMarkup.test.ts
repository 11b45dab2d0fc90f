import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeMarkup, xmlText } from "../src/escapeMarkup.ts";
import { markupFaults } from "./support/markup.ts";

test("characters with a meaning in markup are escaped, others stay", () => {
  expect(escapeMarkup(`<a href="x">R&D's</a> µ → 日`)).toBe(
    "&lt;a href=&quot;x&quot;&gt;R&amp;D&#39;s&lt;/a&gt; µ → 日",
  );
});

test("what no XML may hold becomes U+FFFD; pairs of surrogates, tabs and newlines stay", () => {
  expect(xmlText("a\u0000b\u001fc\ud800d\udc00e\ufffff")).toBe("a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf");
  expect(xmlText("\t\n\r😀")).toBe("\t\n\r😀");
});

test("any string is harmless in an element and in an attribute", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(markupFaults(`<text a="${escapeMarkup(text)}">${escapeMarkup(text)}</text>`)).toEqual([]);
    }),
  );
});
