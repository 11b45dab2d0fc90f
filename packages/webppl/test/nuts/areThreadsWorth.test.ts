import { expect, test } from "vitest";
import { areThreadsWorth } from "../../src/nuts/areThreadsWorth.ts";

test.each([
  ["before the pace is known", 150, 0.001, false],
  ["with a second and more to go", 300, 0.2, true],
  ["with less to go", 300, 0.5, false],
  ["near the end of long work", 60_000, 0.99, false],
])("threads %s", (_, elapsed, share, expected) => {
  expect(areThreadsWorth(elapsed, share)).toBe(expected);
});
