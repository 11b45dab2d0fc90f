import type { CallSite } from "./compiledProgram.ts";

/** Compiled code with the call sites that it was compiled from. */
export interface Compiled {
  readonly code: string;
  readonly addressMap: Readonly<Record<string, CallSite | undefined>>;
}

/**
 * The call of the program that stands at a place in its compiled code, line and column counted from 1 and 0. WebPPL's
 * source map leaves out the functions that are called, but compiled calls name their site in an argument of their own:
 * f(globalStore, k, _address0.concat('_257'), …).
 */
export function callSiteAt({ code, addressMap }: Compiled, line: number, column: number): CallSite | undefined {
  const text = code
    .split("\n")
    .slice(line - 1)
    .join("\n")
    .slice(column);
  const id = ownArguments(text).match(/\.concat\('(_\d+)'\)/)?.[1];
  return id === undefined ? undefined : addressMap[id];
}

/** The arguments of the first call in `text`, without what is nested in functions inside of them. */
function ownArguments(text: string): string {
  let braces = 0;
  let parentheses = 0;
  let own = "";
  for (const character of text.slice(text.indexOf("("))) {
    if (character === "{") braces++;
    if (braces === 0) own += character;
    if (character === "}") braces--;
    if (braces === 0 && character === "(") parentheses++;
    if (braces === 0 && character === ")" && --parentheses === 0) break;
  }
  return own;
}
