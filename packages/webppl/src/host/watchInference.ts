import type { OnProgress } from "@poolish/core";
import type { Continuation, Environment, Store, Thunk, WebpplFunction } from "./coroutine.ts";

type Options = Readonly<Record<string, unknown>>;

/** What a call of WebPPL's `Infer` or `Optimize` is given. */
export interface WatchedCall {
  readonly options: Options;
  readonly model: unknown;
}

/** As WebPPL's `callbacks` have it; a method calls those that it knows. */
interface Callbacks {
  setup?(numIterations: number): void;
  iteration?(trace: { readonly info?: { readonly accepted: number; readonly total: number } }): void;
  sample?(): void;
  finish?(): void;
}

/** WebPPL's SMC while it runs. */
interface RunningSmc {
  readonly step: number;
  sync(): Thunk;
}

const NUM_REPORTS = 100;
/** Draws that methods make when they are not told how many. */
const DEFAULT_SAMPLES = 100;

/**
 * The call, with the progress of WebPPL's own methods told to `onProgress`: MCMC by its iterations, SMC by its factors
 * (nobody knows how many there will be), the others by their samples; see `watchSteps` for optimize. Draws stay what they are.
 */
export function watchInference(environment: Environment, call: WatchedCall, onProgress: OnProgress): WatchedCall {
  const { options } = call;
  const method = String(options.method);
  switch (method) {
    case "MCMC":
      return withCallbacks(call, mcmcCallbacks(onProgress));
    case "SMC":
      return watchSmc(environment, call, onProgress);
    case "forward":
    case "rejection":
    case "incrementalMH":
      return withCallbacks(call, sampleCallbacks(method, Number(options.samples ?? DEFAULT_SAMPLES), onProgress));
    default:
      return call;
  }
}

/** The options of `Optimize` with its steps told to `onProgress`. */
export function watchSteps(options: Options, onProgress: OnProgress): Options {
  const { steps = 1, onStep } = options;
  const report = reporter("optimize", Number(steps), onProgress);
  const watched = (store: Store, k: Continuation, address: string, step: number, objective: number): Thunk => {
    report(step + 1, `objective ${objective.toPrecision(5)}`);
    return typeof onStep === "function" ? onStep(store, k, address, step, objective) : k(store);
  };
  return { ...options, onStep: watched };
}

/** Tells of every hundredth part of `total`. */
function reporter(task: string, total: number, onProgress: OnProgress): (done: number, message: string) => void {
  const every = Math.max(1, Math.ceil(total / NUM_REPORTS));
  return (done, message) => {
    if (done % every === 0 || done === total) onProgress({ task, done, total, message });
  };
}

function withCallbacks({ options, model }: WatchedCall, callbacks: Callbacks): WatchedCall {
  const given = Array.isArray(options.callbacks) ? options.callbacks : [];
  return { options: { ...options, callbacks: [...given, callbacks] }, model };
}

function mcmcCallbacks(onProgress: OnProgress): Callbacks {
  let report = reporter("MCMC", 1, onProgress);
  let done = 0;
  return {
    setup(numIterations) {
      report = reporter("MCMC", numIterations, onProgress);
    },
    iteration({ info }) {
      const accepted = info === undefined || info.total === 0 ? 0 : info.accepted / info.total;
      report(++done, `${Math.round(100 * accepted)} % accepted`);
    },
  };
}

function sampleCallbacks(method: string, total: number, onProgress: OnProgress): Callbacks {
  const report = reporter(method, total, onProgress);
  let done = 0;
  return { sample: () => report(++done, counted(done, "sample")) };
}

/** SMC has no callbacks on its way: its first particle finds it, where it runs the model, and watches its steps. */
function watchSmc(environment: Environment, call: WatchedCall, onProgress: OnProgress): WatchedCall {
  const { model } = call;
  if (typeof model !== "function") return call;
  let known: RunningSmc | undefined;
  let last = 0;
  const watched = (store: Store, k: Continuation, address: string): Thunk => {
    const running = environment.coroutine as RunningSmc;
    if (known === undefined && typeof running.sync === "function") {
      known = running;
      const { sync } = running;
      running.sync = function () {
        if (this.step !== last)
          onProgress({ task: "SMC", done: this.step, total: this.step + 1, message: counted(this.step, "factor") });
        last = this.step;
        return sync.call(this);
      };
    }
    return (model as WebpplFunction)(store, k, address);
  };
  const finish = () => onProgress({ task: "SMC", done: last + 1, total: last + 1, message: counted(last, "factor") });
  return withCallbacks({ options: call.options, model: watched }, { finish });
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
