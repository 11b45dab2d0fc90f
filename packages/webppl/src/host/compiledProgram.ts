import type { SourcePosition } from "./syntaxTree.ts";
import type { WebpplUtil } from "./webpplHost.ts";

/** A call site of a program. WebPPL numbers all of them; an address is a list of these numbers. */
export interface CallSite {
  /** The function that is called, when it is called by name. */
  readonly name: string | null;
  /** The file, as WebPPL was told it. */
  readonly source: string;
  readonly start: SourcePosition;
}

/** What WebPPL's compiler returns, as far as we read it. */
export interface CompiledProgram {
  readonly addressMap: Readonly<Record<string, CallSite | undefined>>;
  readonly sourceMap: { readonly sources: readonly string[]; readonly sourcesContent: readonly string[] };
}

/**
 * Remembers each program that WebPPL compiles from now on; the result returns the last one, undefined when none was
 * (a program that was compiled to JavaScript beforehand). WebPPL hides what it compiles from the program's functions,
 * but passes it through `util.timeif`, which it looks up at each call.
 */
export function watchCompiler(util: WebpplUtil): () => CompiledProgram | undefined {
  let last: CompiledProgram | undefined;
  const { timeif } = util;
  util.timeif = (isTimed, name, thunk) => {
    const result = timeif(isTimed, name, thunk);
    if (name === "compile" && isCompiledProgram(result)) last = result;
    return result;
  };
  return () => last;
}

function isCompiledProgram(value: unknown): value is CompiledProgram {
  const { addressMap, sourceMap } = (value ?? {}) as Partial<CompiledProgram>;
  return typeof addressMap === "object" && typeof sourceMap === "object";
}
