import { PoolishError } from "@poolish/core";
import { type Header, poolishForWebppl } from "./node/poolishForWebppl.ts";
import { runningWebppl } from "./node/runningWebppl.ts";

export type { LearnedDistribution, LearnedParams } from "./learned/learnedDistribution.ts";
export type { Header } from "./node/poolishForWebppl.ts";
export type { TableRow } from "./node/readTable.ts";
export type { PosteriorDiagnostics } from "./nuts/diagnostics.ts";
export type { Posterior, PosteriorDetails } from "./nuts/posterior.ts";
export type { SummaryRow } from "./nuts/summary.ts";

/** The functions of WebPPL programs: loadEstimator, readTable, Learned, summarize, and NUTS for `Infer`. */
export const header: Header = start();

/** Where WebPPL itself is at fault nobody is there yet to shorten the error. */
function start(): Header {
  try {
    return poolishForWebppl(runningWebppl());
  } catch (error) {
    if (error instanceof PoolishError) error.stack = `${error.name}: ${error.message}`;
    throw error;
  }
}
