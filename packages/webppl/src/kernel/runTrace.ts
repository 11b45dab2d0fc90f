import type { Scalar } from "../host/adNodes.ts";
import type { Continuation, Coroutine, Environment, Store } from "../host/coroutine.ts";
import type { Distribution } from "../host/distribution.ts";
import { lostContinuation } from "../host/lostContinuation.ts";
import { step } from "../host/trampoline.ts";
import type { StockTrace } from "./stockTrace.ts";

/** What to do at the choices and factors of a run. */
export interface TraceHandler {
  choose(distribution: Distribution, address: string, s: Store, k: Continuation, options: unknown): unknown;
  factor(score: Scalar): void;
  /** The run has come to its last factor, from where it would go on by k. */
  stop(s: Store, k: Continuation): void;
  /** The program has come to its end. */
  end(value: unknown): void;
}

/**
 * Runs the program of `trace` from its beginning to its end, or to its factor number `exitFactor`, at once. An
 * observation is a factor, as it is for WebPPL's own kernels.
 */
export function runTrace(environment: Environment, trace: StockTrace, exitFactor: number, handler: TraceHandler): void {
  let numFactors = 0;
  let isFinished = false;
  const coroutine: Omit<Coroutine, "observe"> = {
    sample: (s, k, address, distribution, options) => k(s, handler.choose(distribution, address, s, k, options)),
    factor(s, k, _address, score) {
      handler.factor(score);
      numFactors++;
      if (numFactors !== exitFactor) return k(s);
      handler.stop(s, k);
      isFinished = true;
      return null;
    },
    exit(_s, value) {
      handler.end(value);
      isFinished = true;
      return null;
    },
    incrementalize: environment.defaultCoroutine.incrementalize,
    isParamBase: true,
    isPoolish: true,
    a: trace.baseAddress,
  };
  const outer = environment.coroutine;
  environment.coroutine = coroutine;
  try {
    environment.query?.clear();
    const first = trace.wpplFn({ ...trace.initialStore }, environment.exit, trace.baseAddress);
    for (let next = first; next; ) next = step(next, "model");
  } finally {
    environment.coroutine = outer;
  }
  if (!isFinished) throw lostContinuation("model");
}
