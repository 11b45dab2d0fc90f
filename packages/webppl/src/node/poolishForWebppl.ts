import { PoolishError } from "@poolish/core";
import { watchCompiler } from "../host/compiledProgram.ts";
import type { Environment, WebpplFunction } from "../host/coroutine.ts";
import { type HeaderFunction, headerFunction } from "../host/headerFunction.ts";
import { shortenErrors } from "../host/shortErrors.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { type LearnedParams, learnedType } from "../learned/learnedDistribution.ts";
import { inferNuts } from "../nuts/inferNuts.ts";
import { summarize } from "../nuts/summary.ts";
import { loadEstimator } from "./loadEstimator.ts";
import { readTable } from "./readTable.ts";
import { repairPrinting } from "./repairPrinting.ts";

/** What WebPPL calls with its environment; each property of the result becomes a global function of programs. */
export type Header = (environment: Environment) => Readonly<Record<string, HeaderFunction>>;

/**
 * Ties the package to the running copy of WebPPL. Once a process: it repairs printing, shortens errors and watches the
 * compiler.
 */
export function poolishForWebppl(host: WebpplHost): Header {
  repairPrinting(host);
  shortenErrors(host.errors, host.parseStack);
  const compiledProgram = watchCompiler(host.util);
  const Learned = learnedType(host);
  return (environment) => ({
    loadEstimator: headerFunction(loadEstimator),
    readTable: headerFunction(readTable),
    summarize: headerFunction(summarize),
    Learned: headerFunction((params) => new Learned((params ?? {}) as LearnedParams)),
    // poolish.wppl calls it from its own `Infer`.
    _poolishNuts(store, k, address, model, options) {
      requireModel(model);
      const program = { environment, model, store, address };
      return k(store, inferNuts(host, compiledProgram(), program, options as Readonly<Record<string, unknown>>));
    },
  });
}

function requireModel(model: unknown): asserts model is WebpplFunction {
  if (typeof model === "function") return;
  throw new PoolishError("there is no model", {
    kind: "input",
    field: "Infer",
    remedy: "Pass model: function() { … }.",
  });
}
