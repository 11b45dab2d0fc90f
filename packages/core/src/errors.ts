import type { CancelSignal } from "./cancelSignal.ts";

/** What went wrong, in one word: whose move it is to mend it. */
export type ErrorKind = "input" | "file" | "model" | "numerical" | "cancelled";

export interface ErrorDetails {
  readonly kind: ErrorKind;
  /** The argument, column, parameter or site that is at fault. */
  readonly field?: string;
  /** Zero-based row of the data in which the fault was first seen. */
  readonly row?: number;
  /** What the user can do about it, as an imperative sentence. */
  readonly remedy?: string;
  /** The user's line at which it happened: file:line:column. */
  readonly at?: string;
  readonly cause?: unknown;
}

/**
 * The one error type that users meet. Bugs throw plain `Error`s; whatever a user can mend throws this, with the field,
 * the row and the remedy both in the message and as properties.
 */
export class PoolishError extends Error {
  readonly kind: ErrorKind;
  readonly field: string | undefined;
  readonly row: number | undefined;
  readonly remedy: string | undefined;
  readonly at: string | undefined;
  /** The message without field, row, remedy and line. */
  readonly problem: string;

  constructor(message: string, details: ErrorDetails) {
    const where = details.field === undefined ? "" : `${details.field}: `;
    const row = details.row === undefined ? "" : ` (row ${details.row}, counted from 0)`;
    const remedy = details.remedy === undefined ? "" : ` ${details.remedy}`;
    const at = details.at === undefined ? "" : ` (at ${details.at})`;
    super(
      `${where}${message}${row}.${remedy}${at}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = "PoolishError";
    this.kind = details.kind;
    this.field = details.field;
    this.row = details.row;
    this.remedy = details.remedy;
    this.at = details.at;
    this.problem = message;
  }
}

/** The same error with the user's line, `at` (file:line:column), in message and property; it keeps its stack. */
export function locateError(error: PoolishError, at: string): PoolishError {
  const { problem, kind, field, row, remedy, cause } = error;
  const located = new PoolishError(problem, {
    kind,
    at,
    ...(field === undefined ? {} : { field }),
    ...(row === undefined ? {} : { row }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(cause === undefined ? {} : { cause }),
  });
  const frames = error.stack?.slice(error.stack.indexOf("\n    at ")) ?? "";
  located.stack = `${located.name}: ${located.message}${frames}`;
  return located;
}

/** Throws a `cancelled` error when `signal` has been aborted. Call it between units of work. */
export function throwIfAborted(signal: CancelSignal | undefined, work: string): void {
  if (signal?.aborted) throw new PoolishError(`${work} was cancelled`, { kind: "cancelled", cause: signal.reason });
}

/** Throws an `input` error unless `value` is an integer of at least `minimum`. */
export function requireCount(field: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new PoolishError(`expected an integer of at least ${minimum}, got ${value}`, {
    kind: "input",
    field,
    remedy: `Pass a whole number for ${field}, ${minimum} or more.`,
  });
}

/** Throws an `input` error unless `value` lies between 0 and 1, both excluded. */
export function requireFraction(field: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new PoolishError(`expected a number between 0 and 1, got ${value}`, {
    kind: "input",
    field,
    remedy: "Leave it out to get the default.",
  });
}

/** Throws an `input` error unless `value` is one of the `known` ones. */
export function requireOneOf(field: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new PoolishError(`there is no ${field} "${value}"`, {
    kind: "input",
    field,
    remedy: `Pass one of ${known.join(", ")}.`,
  });
}
