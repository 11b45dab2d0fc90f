import { type ErrorDetails, PoolishError } from "@poolish/core";

/** The PoolishError that `work` throws or rejects with. @throws Error when there is none; other errors pass through. */
export async function caughtError(work: () => unknown): Promise<PoolishError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof PoolishError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/**
 * Asserts that `work` throws a PoolishError with these details and a remedy, whose message matches all of `words`; returns
 * it. @throws Error saying what differs; errors of another kind pass through.
 */
export function expectRefusal(work: () => unknown, details: ErrorDetails, ...words: RegExp[]): PoolishError {
  let caught: unknown;
  try {
    work();
  } catch (error) {
    caught = error;
  }
  if (caught === undefined) throw new Error("nothing was thrown");
  if (!(caught instanceof PoolishError)) throw caught;
  return compare(caught, details, words);
}

/** `expectRefusal` for work that rejects. A remedy is not asked for: cancelled work has none. */
export async function expectRejection(
  work: () => Promise<unknown>,
  details: ErrorDetails,
  ...words: RegExp[]
): Promise<PoolishError> {
  return compare(await caughtError(work), details, words, false);
}

function compare(
  error: PoolishError,
  details: ErrorDetails,
  words: readonly RegExp[],
  needsRemedy = true,
): PoolishError {
  for (const key of ["kind", "field", "row", "remedy", "at", "cause"] as const) {
    if (!(key in details) || Object.is(error[key], details[key])) continue;
    throw new Error(`${key}: expected ${String(details[key])}, got ${String(error[key])} in "${error.message}"`);
  }
  for (const word of words) {
    if (!word.test(error.message)) throw new Error(`expected a message that matches ${word}, got "${error.message}"`);
  }
  if (needsRemedy && !/\w/.test(error.remedy ?? "")) throw new Error(`there is no remedy in "${error.message}"`);
  return error;
}
