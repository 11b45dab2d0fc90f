import { PoolishError } from "@poolish/core";
import { type Compiled, callSiteAt } from "./callSiteAt.ts";
import { isLibrarySource } from "./librarySources.ts";

/** A line of a stack, in the program (`webppl`) or in JavaScript. */
export interface StackEntry {
  readonly fileName: string | null;
  readonly webppl: boolean;
  readonly lineNumber?: number;
  /** Counted from 0. */
  readonly columnNumber?: number;
  readonly native?: boolean;
  readonly name?: string | null;
  /** The call site of an entry that the address of the run tells: a caller, not the place itself. */
  readonly id?: string;
}

/** An error after WebPPL's `extendError`. */
interface ExtendedError extends Error {
  readonly wpplCallStack: readonly StackEntry[];
}

/** WebPPL's `errors/errors`. */
export interface WebpplErrors {
  /** Adds to an error what `recoverStack` needs; WebPPL looks it up whenever a program throws. */
  extendError(error: unknown, assets: Compiled, address: unknown): void;
  /** The stack of an error in lines of the program, as far as they are known. */
  recoverStack(error: Error, parseStack: ParseStack): readonly StackEntry[];
}

/** Reads the stack of an error as V8 writes it. */
export type ParseStack = (error: Error) => readonly StackEntry[];

/** What WebPPL adds: the source map of everything, among others. Node would print it where nobody catches the error. */
const ADDED = ["sourceMap", "wpplCallStack", "wpplRuntimeError"] as const;

/**
 * Makes the errors of programs short. A user's mistake is shown with its message and the line of the program where it
 * happened, instead of lines of this package and of WebPPL's library; bugs keep their stack. A name that WebPPL does not
 * know gets its line, too.
 */
export function shortenErrors(errors: WebpplErrors, parseStack: ParseStack): void {
  const { extendError, recoverStack } = errors;
  const programLines = (error: Error) => recoverStack(error, parseStack).filter(isProgramLine);
  errors.extendError = (error, assets, address) => {
    if (error instanceof Error) hideAdded(error);
    extendError(error, assets, address);
    if (!(error instanceof Error)) return;
    if (error instanceof PoolishError) shorten(error, assets, address);
    else if (programLines(error).every(isCaller)) {
      const { wpplCallStack = [] } = error as Partial<ExtendedError>;
      Object.assign(error, { wpplCallStack: [...calledLines(error, assets), ...wpplCallStack] });
    }
  };

  function shorten(error: PoolishError, assets: Compiled, address: unknown): void {
    // A mistake that came to light as another error happened where that one did.
    if (error.cause instanceof Error) extendError(error.cause, assets, address);
    const wpplCallStack = programLines(error.cause instanceof Error ? error.cause : error);
    error.stack = `${error.name}: ${error.message}`;
    if (wpplCallStack.length > 0) Object.assign(error, { wpplCallStack });
  }

  function calledLines(error: Error, assets: Compiled): readonly StackEntry[] {
    const frame = parseStack(error).find(({ webppl }) => webppl);
    if (frame?.lineNumber === undefined) return [];
    const site = callSiteAt(assets, frame.lineNumber, frame.columnNumber ?? 0);
    if (site === undefined || isLibrarySource(site.source)) return [];
    const { line, column } = site.start;
    const { source, name } = site;
    return [{ fileName: source, lineNumber: line, columnNumber: column, native: false, webppl: true, name }];
  }
}

function isProgramLine({ webppl, fileName }: StackEntry): boolean {
  return webppl && fileName !== null && !isLibrarySource(fileName);
}

function isCaller({ id }: StackEntry): boolean {
  return id !== undefined;
}

function hideAdded(error: Error): void {
  for (const name of ADDED)
    Object.defineProperty(error, name, { value: undefined, writable: true, configurable: true });
}
