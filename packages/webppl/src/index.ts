import { PoolishError } from "@poolish/core";
import { type Header, startPoolish } from "./node/startPoolish.ts";
import type { RunOptions } from "./node/webpplProgram.ts";

export type { LearnedDistribution, LearnedParams } from "./learned/learnedDistribution.ts";
export type { TableRow } from "./node/readTable.ts";
export type { Header } from "./node/startPoolish.ts";
export type { RunOptions } from "./node/webpplProgram.ts";
export type { PosteriorDiagnostics } from "./nuts/diagnostics.ts";
export type { Posterior, PosteriorDetails } from "./nuts/posterior.ts";
export type { SummaryRow } from "./nuts/summary.ts";

const poolish = start();

/** The functions of WebPPL programs: loadEstimator, readTable, Learned, summarize, …, and NUTS for `Infer`. */
export const header: Header = poolish.header;

/**
 * Compiles and runs a WebPPL program that has the functions of this package; its value is the value of its last line.
 * Programs run one after the other: WebPPL keeps the one that runs in globals, and leaves some sixty names in the global
 * scope (`_`, `ad`, `Infer`, …) for good.
 * @throws PoolishError with the program's line, for whatever the program is refused for or ends with.
 */
export function runWebPPL<Value = unknown>(code: string, options: RunOptions = {}): Promise<Value> {
  // The caller knows what the program returns.
  return poolish.run(code, options) as Promise<Value>;
}

/** Where WebPPL itself is at fault nobody is there yet to shorten the error. */
function start(): ReturnType<typeof startPoolish> {
  try {
    return startPoolish();
  } catch (error) {
    if (error instanceof PoolishError) error.stack = `${error.name}: ${error.message}`;
    throw error;
  }
}
