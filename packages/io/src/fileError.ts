import { PoolishError } from "@poolish/core";

export interface FileFault {
  /** The file, where it is known. */
  readonly source?: string | undefined;
  /** The part of the file that is at fault: a column, a tensor, a group. The source stands in when there is none. */
  readonly field?: string;
  readonly row?: number;
  readonly remedy: string;
  readonly cause?: unknown;
}

/** A `file` error that names the faulty part, the file and the remedy. */
export function fileError(message: string, fault: FileFault): PoolishError {
  const { source, field, row, remedy, cause } = fault;
  const where = field === undefined ? source : field;
  return new PoolishError(field !== undefined && source !== undefined ? `${message} in ${source}` : message, {
    kind: "file",
    remedy,
    ...(where !== undefined && { field: where }),
    ...(row !== undefined && { row }),
    ...(cause !== undefined && { cause }),
  });
}

/** The words of whatever was thrown, for a message. */
export function describeCause(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n", 1)[0].replace(/\.$/, "");
}
