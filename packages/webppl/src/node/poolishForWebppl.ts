import { type Likelihood, type OnProgress, PoolishError } from "@poolish/core";
import { terminalProgress } from "@poolish/io/node";
import { type CompiledProgram, watchCompiler } from "../host/compiledProgram.ts";
import type { Environment, Thunk, WebpplFunction } from "../host/coroutine.ts";
import { type HeaderFunction, headerFunction } from "../host/headerFunction.ts";
import { liftExtremes } from "../host/liftExtremes.ts";
import { refuseUnlifted } from "../host/refuseUnlifted.ts";
import { repairKde } from "../host/repairKde.ts";
import { awaitWork, type Session, type Sessions } from "../host/session.ts";
import { shortenErrors } from "../host/shortErrors.ts";
import { studentTType } from "../host/studentT.ts";
import { checkSteps } from "../host/trampoline.ts";
import { watchInference, watchSteps } from "../host/watchInference.ts";
import { watchParser } from "../host/watchParser.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { offerKernel } from "../kernel/offerKernel.ts";
import { type LearnedParams, learnedType } from "../learned/learnedDistribution.ts";
import { type LearnedPriorParams, learnedPriorType } from "../learned/learnedPrior.ts";
import { driveAtOnce, driveInSlices } from "../nuts/driveSteps.ts";
import { inferNuts } from "../nuts/inferNuts.ts";
import { summarize } from "../nuts/summary.ts";
import { loadEstimator } from "./loadEstimator.ts";
import { loadOnnx } from "./loadOnnx.ts";
import { openPool } from "./openPool.ts";
import { readTable } from "./readTable.ts";
import { repairPrinting } from "./repairPrinting.ts";

/** What WebPPL calls with its environment; each property of the result becomes a global function of programs. */
export type Header = (environment: Environment) => Readonly<Record<string, HeaderFunction>>;

/**
 * Ties the package to the running copy of WebPPL. Once a process: it repairs printing, shortens errors and watches the
 * compiler.
 */
export function poolishForWebppl(host: WebpplHost, sessions: Sessions): Header {
  repairPrinting(host);
  checkSteps(host.util);
  repairKde(host);
  refuseUnlifted(host);
  shortenErrors(host.errors, host.parseStack);
  const compiledProgram = watchCompiler(host.util);
  watchParser(host.parser, host.util, (name) => sessions.current.foreign.has(name));
  const functions = programFunctions(host, sessions, compiledProgram);
  return (environment) => {
    offerKernel(host, environment);
    liftExtremes(host, environment);
    return functions(environment);
  };
}

/** The global functions of programs. */
function programFunctions(
  host: WebpplHost,
  sessions: Sessions,
  compiledProgram: () => CompiledProgram | undefined,
): Header {
  const StudentT = studentTType(host);
  const Learned = learnedType(host);
  const LearnedPrior = learnedPriorType(host);
  // WebPPL's own functions are globals; ours of the same name takes its place.
  const stockOptimize = (globalThis as Readonly<Record<string, unknown>>).Optimize as HeaderFunction;
  return (environment) => ({
    loadEstimator: headerFunction(loadEstimator),
    loadOnnx: headerFunction(loadOnnx),
    readTable(store, k, _address, path) {
      const rows = readTable(path);
      return rows instanceof Promise ? awaitWork(sessions.current, rows, store, k) : k(store, rows);
    },
    summarize: headerFunction(summarize),
    Learned: headerFunction((params) => new Learned((params ?? {}) as LearnedParams)),
    LearnedPrior: headerFunction((params) => new LearnedPrior((params ?? {}) as LearnedPriorParams)),
    logLikelihood: headerFunction((likelihood, theta, trials, conditions) =>
      new Learned({ likelihood: likelihood as Likelihood, theta, conditions }).score(trials),
    ),
    StudentT: headerFunction((params) => new StudentT(params as ConstructorParameters<typeof StudentT>[0])),
    // poolish.wppl calls these from its own `Infer`.
    _poolishWatch(store, k, _address, options, model) {
      const call = { options: options as Readonly<Record<string, unknown>>, model };
      const onProgress = outermost(environment, sessions.current);
      return k(store, onProgress === undefined ? call : watchInference(environment, call, onProgress));
    },
    Optimize: (store, k, address, first, second) =>
      stockOptimize(store, k, address, ...watched(first, second, outermost(environment, sessions.current))),
    _poolishNuts(store, k, address, model, options): Thunk {
      requireModel(model);
      const session = sessions.current;
      const program = { environment, model, store, address };
      const given = options as Readonly<Record<string, unknown>>;
      // Inside of another inference, WebPPL could not wait, and nobody could read all the progress.
      const mayWait = environment.coroutine === environment.defaultCoroutine;
      const steps = inferNuts(host, compiledProgram(), program, given, {
        ...(mayWait && {
          progressFor: (isVerbose: boolean) => progressOf(session, isVerbose),
          openPool,
          areThreadsWorth: session.areThreadsWorth,
        }),
      });
      const result = mayWait && session.mayPause ? driveInSlices(steps, session) : driveAtOnce(steps, session);
      return result instanceof Promise ? awaitWork(session, result, store, k) : k(store, result);
    },
  });
}

function progressOf({ onProgress }: Session, isVerbose: boolean): OnProgress | undefined {
  return onProgress ?? (isVerbose ? terminalProgress(process.stderr) : undefined);
}

/** The arguments of `Optimize`, (model, options) or (options, model), with its steps told to `onProgress`. */
function watched(first: unknown, second: unknown, onProgress: OnProgress | undefined): readonly [unknown, unknown] {
  if (onProgress === undefined) return [first, second];
  const isOptions = (value: unknown) => typeof value === "object" && value !== null;
  const watch = (value: unknown) => (isOptions(value) ? watchSteps({ ...(value as object) }, onProgress) : value);
  return [watch(first), watch(second)];
}

/** Inference inside of inference is run too often to be told of. */
function outermost({ coroutine, defaultCoroutine }: Environment, { onProgress }: Session): OnProgress | undefined {
  return coroutine === defaultCoroutine ? onProgress : undefined;
}

function requireModel(model: unknown): asserts model is WebpplFunction {
  if (typeof model === "function") return;
  throw new PoolishError("there is no model", {
    kind: "input",
    field: "Infer",
    remedy: "Pass model: function() { … }.",
  });
}
