import { type ErrorKind, PoolishError } from "@poolish/core";
import { expect } from "vitest";

/** Expects `work` to throw or reject with a PoolishError of `kind` whose message matches `pattern`; returns the error. */
export async function expectError(work: () => unknown, kind: ErrorKind, pattern: RegExp): Promise<PoolishError> {
  let caught: unknown;
  try {
    await work();
  } catch (cause) {
    caught = cause;
  }
  expect(caught).toBeInstanceOf(PoolishError);
  const error = caught as PoolishError;
  expect(error.kind).toBe(kind);
  expect(error.message).toMatch(pattern);
  expect(error.remedy).toBeTruthy();
  return error;
}
