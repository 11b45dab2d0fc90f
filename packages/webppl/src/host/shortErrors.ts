import { PoolishError } from "@poolish/core";
import { isLibrarySource } from "./librarySources.ts";

/** A line of a stack, in the program (`webppl`) or in JavaScript. */
export interface StackEntry {
  readonly fileName: string | null;
  readonly webppl: boolean;
}

/** WebPPL's `errors/errors`. */
export interface WebpplErrors {
  /** Adds to an error what `recoverStack` needs; WebPPL looks it up whenever a program throws. */
  extendError(error: unknown, assets: unknown, address: unknown): void;
  /** The stack of an error in lines of the program, as far as they are known. */
  recoverStack(error: Error, parseStack: (error: Error) => unknown): readonly StackEntry[];
}

/** What WebPPL adds: the source map of everything, among others. Node would print it where nobody catches the error. */
const ADDED = ["sourceMap", "wpplCallStack", "wpplRuntimeError"] as const;

/**
 * Makes the errors of programs short. A user's mistake is shown with its message and the line of the program where it
 * happened, instead of lines of this package and of WebPPL's library; bugs keep their stack.
 */
export function shortenErrors(errors: WebpplErrors, parseStack: (error: Error) => unknown): void {
  const { extendError, recoverStack } = errors;
  const programLines = (error: Error) => recoverStack(error, parseStack).filter(isProgramLine);
  errors.extendError = (error, assets, address) => {
    if (error instanceof Error) hideAdded(error);
    extendError(error, assets, address);
    if (!(error instanceof PoolishError)) return;
    // A mistake that came to light as another error happened where that one did.
    if (error.cause instanceof Error) extendError(error.cause, assets, address);
    const wpplCallStack = programLines(error.cause instanceof Error ? error.cause : error);
    error.stack = `${error.name}: ${error.message}`;
    if (wpplCallStack.length > 0) Object.assign(error, { wpplCallStack });
  };
}

function isProgramLine({ webppl, fileName }: StackEntry): boolean {
  return webppl && fileName !== null && !isLibrarySource(fileName);
}

function hideAdded(error: Error): void {
  for (const name of ADDED)
    Object.defineProperty(error, name, { value: undefined, writable: true, configurable: true });
}
