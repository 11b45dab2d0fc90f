import { locateError, PoolishError } from "@poolish/core";
import { isLibrarySource } from "../host/librarySources.ts";
import type { WebpplHost } from "../host/webpplHost.ts";

/** An error as WebPPL leaves it. */
interface ExtendedError extends Error {
  readonly wpplRuntimeError?: boolean;
}

/**
 * The error that a program ended with, with the line of the program in its message and without WebPPL's insides. What
 * was not a PoolishError is the cause of one.
 */
export function programError(host: WebpplHost, error: unknown, filename: string): PoolishError {
  const at = lineOf(host, error, filename);
  if (error instanceof PoolishError) {
    const located = at === undefined || error.kind === "cancelled" ? error : locateError(error, at);
    located.stack = `${located.name}: ${located.message}`;
    return located;
  }
  const message = error instanceof Error ? error.message : String(error);
  const problem = new PoolishError(message.replace(/\.$/, ""), {
    kind: "model",
    cause: error,
    ...(at === undefined ? {} : { at }),
  });
  problem.stack = `${problem.name}: ${problem.message}`;
  return problem;
}

function lineOf({ errors, parseStack }: WebpplHost, error: unknown, filename: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const origin = error instanceof PoolishError && error.cause instanceof Error ? error.cause : error;
  if ((origin as ExtendedError).wpplRuntimeError !== true) return undefined;
  const stack = errors.recoverStack(origin, parseStack).filter(({ webppl }) => webppl);
  const entry = stack.find(({ fileName }) => fileName === filename) ?? stack.find(isProgramLine);
  if (entry === undefined) return undefined;
  return `line ${entry.lineNumber}, ${entry.fileName}:${entry.lineNumber}:${(entry.columnNumber ?? 0) + 1}`;
}

function isProgramLine({ fileName }: { readonly fileName: string | null }): boolean {
  return fileName !== null && !isLibrarySource(fileName);
}
