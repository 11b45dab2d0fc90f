import { type ErrorDetails, PoolishError } from "@poolish/core";
import { expect } from "vitest";

/** Expects a PoolishError with these details and a remedy, whose message matches all of `words`; returns it. */
export function expectRefusal(work: () => unknown, details: ErrorDetails, ...words: RegExp[]): PoolishError {
  let caught: unknown;
  try {
    work();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(PoolishError);
  const error = caught as PoolishError;
  expect(error).toMatchObject(details);
  for (const word of words) expect(error.message).toMatch(word);
  expect(error.remedy).toMatch(/\w/);
  return error;
}
