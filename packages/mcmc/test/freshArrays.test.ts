import { expect, test } from "vitest";
import { freshArrays } from "../src/freshArrays.ts";

test.each([0, 1, 10, 1000, 1024, 5000])("arrays of length %i are zero and do not overlap", (length) => {
  const fresh = freshArrays(length);
  const arrays = Array.from({ length: 300 }, (_, i) => {
    const array = fresh();
    expect(array.length).toBe(length);
    expect(array.every((value) => value === 0)).toBe(true);
    return array.fill(i + 1);
  });
  arrays.forEach((array, i) => {
    expect(array.every((value) => value === i + 1)).toBe(true);
  });
});
