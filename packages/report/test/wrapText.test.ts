import fc from "fast-check";
import { expect, test } from "vitest";
import { textWidth } from "../src/textWidth.ts";
import { wrapText } from "../src/wrapText.ts";

test("breaks at white space, and keeps every word when lines are not limited", () => {
  // "aaa bbb" at size 10 is 3·6.1 + 3.2 + 3·6.3 = 40.4 pixels wide.
  expect(wrapText("aaa  bbb\naaa bbb", 41, 10)).toEqual(["aaa bbb", "aaa bbb"]);
  expect(wrapText("aaa bbb", 40, 10)).toEqual(["aaa", "bbb"]);
  expect(wrapText("  ", 40, 10)).toEqual([]);
});

test("what does not fit ends in an ellipsis", () => {
  expect(wrapText("aaaaaaaaaaaaaaaa", 40, 10)).toEqual(["aaaa…"]);
  expect(wrapText("aaa bbb ccc ddd", 41, 10, 1)).toEqual(["aaa b…"]);
});

test("no line is wider than asked for, nor are there more lines", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 80 }),
      fc.integer({ min: 20, max: 300 }),
      fc.integer({ min: 1, max: 3 }),
      (text, width, lines) => {
        const wrapped = wrapText(text, width, 12, lines);
        expect(wrapped.length).toBeLessThanOrEqual(lines);
        for (const line of wrapped) expect(textWidth(line, 12)).toBeLessThanOrEqual(width);
      },
    ),
  );
});
