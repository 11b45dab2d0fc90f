import type { Scalar } from "../host/adNodes.ts";
import type { Coroutine, Environment, Store, WebpplFunction } from "../host/coroutine.ts";
import type { Distribution } from "../host/distribution.ts";
import { lostContinuation } from "../host/lostContinuation.ts";
import { step } from "../host/trampoline.ts";

/** A WebPPL model with what it needs to run: the store and the address at the call of `Infer`. */
export interface Program {
  readonly environment: Environment;
  readonly model: WebpplFunction;
  readonly store: Store;
  readonly address: string;
}

/** What a run of a program should do at its random choices and its evidence. */
export interface ProgramHandler {
  /** The value of the choice that the run has come to. */
  choose(distribution: Distribution, address: string): unknown;
  factor(score: Scalar): void;
  observe(distribution: Distribution, value: unknown): void;
}

/**
 * A function that runs `program` once under `handler` and returns the program's value, with AD nodes left inside. It
 * drives WebPPL's trampoline itself, so it is synchronous, and programs may run inside of each other.
 * `env.exit`, never a closure, is the program's last continuation: inner inference may store and resume it elsewhere.
 */
export function programRunner(program: Program, handler: ProgramHandler): () => unknown {
  const { environment, model, store, address } = program;
  let value: unknown;
  let isFinished = false;
  const coroutine: Coroutine = {
    sample: (current, k, at, distribution) => k(current, handler.choose(distribution, at)),
    factor(current, k, _at, score) {
      handler.factor(score);
      return k(current);
    },
    observe(current, k, at, distribution, observed) {
      if (observed === undefined) return k(current, handler.choose(distribution, at));
      handler.observe(distribution, observed);
      return k(current, observed);
    },
    exit(_current, result) {
      value = result;
      isFinished = true;
      return null;
    },
    incrementalize: environment.defaultCoroutine.incrementalize,
    isParamBase: true,
    isPoolish: true,
    a: address,
  };
  return () => {
    const outer = environment.coroutine;
    environment.coroutine = coroutine;
    isFinished = false;
    try {
      for (let next = model({ ...store }, environment.exit, address); next; ) next = step(next, "model");
    } finally {
      environment.coroutine = outer;
    }
    if (!isFinished) throw lostContinuation("model");
    return value;
  };
}
