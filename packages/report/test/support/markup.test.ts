import { expect, test } from "vitest";
import { markupFaults } from "./markup.ts";

test("the checker of markup finds each kind of fault", () => {
  expect(markupFaults('<a><b x="1"/><c>&lt;</c></a>')).toEqual([]);
  expect(markupFaults("<a><b></a></b>")).not.toEqual([]);
  expect(markupFaults("<a>")).not.toEqual([]);
  expect(markupFaults("<a>x & y</a>")).not.toEqual([]);
  expect(markupFaults("<a>x < y</a>")).not.toEqual([]);
  expect(markupFaults('<a x="<"/>')).not.toEqual([]);
  expect(markupFaults("<a x=1/>")).not.toEqual([]);
});
