import { locateError, PoolishError, requireCount, requireFraction, requireOneOf, throwIfAborted } from "@poolish/core";
import { describe, expect, test } from "vitest";

function caught(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("PoolishError", () => {
  test("says field, row and remedy in its message and as properties", () => {
    const cause = new Error("why");
    const details = { kind: "input", field: "chips", row: 3, remedy: "Correct the row.", cause } as const;
    const error = new PoolishError("expected a count, got -1", details);
    expect(error.message).toBe("chips: expected a count, got -1 (row 3, counted from 0). Correct the row.");
    expect(error).toMatchObject({ name: "PoolishError", ...details });
    expect(error).toBeInstanceOf(Error);
  });

  test("leaves out what it is not told", () => {
    const error = new PoolishError("the model samples nothing", { kind: "model" });
    expect(error.message).toBe("the model samples nothing.");
    expect(error).toMatchObject({ kind: "model", field: undefined, row: undefined, remedy: undefined });
    expect("cause" in error).toBe(false);
  });

  test("counts row 0 as a row", () => {
    expect(new PoolishError("NaN", { kind: "input", row: 0 }).message).toBe("NaN (row 0, counted from 0).");
  });
});

describe("throwIfAborted", () => {
  test("does nothing without a signal, or before it is aborted", () => {
    expect(caught(() => throwIfAborted(undefined, "infer"))).toBeUndefined();
    expect(caught(() => throwIfAborted(new AbortController().signal, "infer"))).toBeUndefined();
  });

  test("throws a cancelled error with the signal's reason as its cause", () => {
    const error = caught(() => throwIfAborted(AbortSignal.abort("enough"), "infer"));
    expect(error).toBeInstanceOf(PoolishError);
    expect(error).toMatchObject({ kind: "cancelled", message: "infer was cancelled.", cause: "enough" });
  });
});

describe("requireCount", () => {
  test.each([
    [0, 0],
    [1, 1],
    [2 ** 53 - 1, 1],
  ])("accepts %s where at least %s is needed", (value, minimum) => {
    expect(caught(() => requireCount("draws", value, minimum))).toBeUndefined();
  });

  test.each([
    [0, 1],
    [-1, 0],
    [1.5, 0],
    [NaN, 0],
    [Infinity, 0],
    [2 ** 53, 0],
  ])("refuses %s where at least %s is needed", (value, minimum) => {
    const error = caught(() => requireCount("draws", value, minimum));
    expect(error).toBeInstanceOf(PoolishError);
    const remedy = `Pass a whole number for draws, ${minimum} or more.`;
    expect(error).toMatchObject({
      kind: "input",
      field: "draws",
      remedy,
      message: `draws: expected an integer of at least ${minimum}, got ${value}. ${remedy}`,
    });
  });
});

test("a fraction lies between 0 and 1, and is neither", () => {
  expect(caught(() => requireFraction("share", 0.5))).toBeUndefined();
  for (const value of [0, 1, -0.1, NaN]) {
    const message = `share: expected a number between 0 and 1, got ${value}. Leave it out to get the default.`;
    expect(caught(() => requireFraction("share", value))).toMatchObject({ kind: "input", field: "share", message });
  }
});

test("a name is one of those known", () => {
  expect(caught(() => requireOneOf("path", "b", ["a", "b"]))).toBeUndefined();
  const message = 'path: there is no path "c". Pass one of a, b.';
  expect(caught(() => requireOneOf("path", "c", ["a", "b"]))).toMatchObject({ kind: "input", field: "path", message });
});

test("a located error says the same and the line, and keeps its stack", () => {
  const error = new PoolishError("no such column", { kind: "input", field: "dose", row: 3, remedy: "Name one." });
  const located = locateError(error, "/model.ts:12:5");
  expect(located).toMatchObject({ kind: "input", field: "dose", row: 3, remedy: "Name one.", at: "/model.ts:12:5" });
  expect(located.message).toBe("dose: no such column (row 3, counted from 0). Name one. (at /model.ts:12:5)");
  expect(located.stack?.split("\n")[1]).toBe(error.stack?.split("\n")[1]);
  expect(located.stack).toContain(located.message);
});
