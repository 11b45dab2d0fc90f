import { lintProgram, parseError } from "../lint/lintProgram.ts";
import type { ForeignNames } from "../lint/mixedCalls.ts";
import type { SyntaxTree } from "./syntaxTree.ts";
import type { WebpplUtil } from "./webpplHost.ts";

/** WebPPL's own parser; the compiler looks `parse` up at each call. */
export interface Parser {
  parse(source: string, options: { readonly loc: true }): SyntaxTree;
}

/**
 * From now on, programs are looked through before they are compiled, so that what WebPPL cannot do is named with its
 * line. Packages are left alone: they are parsed within `util.timeif` under the name "parsePackageCode". `isForeign`
 * tells plain JavaScript functions among the program's data.
 */
export function watchParser(parser: Parser, util: WebpplUtil, isForeign: (name: string) => boolean): void {
  const foreign: ForeignNames = {
    isFunction: (name) => isForeign(name) || FOREIGN.isFunction(name),
    isMethod: FOREIGN.isMethod,
  };
  const { parse } = parser;
  const { timeif } = util;
  let isPackage = false;
  util.timeif = (isTimed, name, thunk) => {
    const outer = isPackage;
    isPackage = name === "parsePackageCode" || outer;
    try {
      return timeif(isTimed, name, thunk);
    } finally {
      isPackage = outer;
    }
  };
  parser.parse = (source, options) => {
    const tree = isPackage ? parse(source, options) : parseProgram(parse, source, options);
    if (!isPackage) lintProgram(tree, foreign);
    return tree;
  };
}

function parseProgram(parse: Parser["parse"], source: string, options: { readonly loc: true }): SyntaxTree {
  try {
    return parse(source, options);
  } catch (error) {
    if (error instanceof Error) throw parseError(error.message, source, error);
    throw error;
  }
}

/** Functions of JavaScript itself are told from those of WebPPL, which are compiled from sources. */
const FOREIGN: ForeignNames = {
  isFunction(name) {
    const value = globalNamed(name);
    return typeof value === "function" && /\[native code\]\s*\}$/.test(Function.prototype.toString.call(value));
  },
  isMethod(object, property) {
    // Of the makers of distributions WebPPL compiles the calls itself.
    if (object === "dists") return false;
    const value = globalNamed(object);
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
    return typeof (value as Readonly<Record<string, unknown>>)[property] === "function";
  },
};

function globalNamed(name: string): unknown {
  return (globalThis as Readonly<Record<string, unknown>>)[name];
}
