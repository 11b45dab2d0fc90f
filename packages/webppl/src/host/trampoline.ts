import type { Thunk } from "./coroutine.ts";
import { lostContinuation } from "./lostContinuation.ts";

/**
 * One step of a trampolined computation. @throws PoolishError when that is no step: a plain JavaScript function was
 * called in the place of one of WebPPL, and what it returned came back here.
 */
export function step(thunk: NonNullable<Thunk>, what: string): Thunk {
  if (typeof thunk !== "function") throw lostContinuation(what);
  return thunk();
}

/** The part of WebPPL's `util` that makes trampolines; its command looks `cli` up for each program. */
export interface TrampolineMakers {
  readonly trampolineRunners: { cli: () => (thunk: Thunk) => void };
}

/** Lets the webppl command say what went wrong where it would say "t is not a function". */
export function checkSteps({ trampolineRunners }: TrampolineMakers): void {
  trampolineRunners.cli = () => (thunk) => {
    for (let next = thunk; next; ) next = step(next, "program");
  };
}
