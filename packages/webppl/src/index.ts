import { type Header, poolishForWebppl } from "./node/poolishForWebppl.ts";
import { runningWebppl } from "./node/runningWebppl.ts";

export type { LearnedDistribution, LearnedParams } from "./learned/learnedDistribution.ts";
export type { Header } from "./node/poolishForWebppl.ts";
export type { TableRow } from "./node/readTable.ts";
export type { PosteriorDiagnostics } from "./nuts/diagnostics.ts";
export type { Posterior, PosteriorDetails } from "./nuts/posterior.ts";
export type { SummaryRow } from "./nuts/summary.ts";

/** The functions of WebPPL programs: loadEstimator, readTable, Learned, summarize, and NUTS for `Infer`. */
export const header: Header = poolishForWebppl(runningWebppl());
