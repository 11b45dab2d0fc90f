import type { CancelSignal, OnProgress } from "@poolish/core";
import type { ThreadRule } from "../nuts/sampleChains.ts";
import type { Continuation, Store, Thunk } from "./coroutine.ts";

/** What the JavaScript around a running program wants of it. */
export interface Session {
  readonly onProgress: OnProgress | undefined;
  readonly signal: CancelSignal | undefined;
  /** True when long work may let other work of the process go on in between. */
  readonly mayPause: boolean;
  /** When threads should help, see `ChainHelp`; undefined where the program cannot wait for them. */
  readonly areThreadsWorth: ThreadRule | undefined;
  /** Names of plain JavaScript functions that the program was given. */
  readonly foreign: ReadonlySet<string>;
  /** Number of asynchronous functions that the program is waiting for. */
  pending: number;
}

/** The session of the program that runs now: WebPPL runs one at a time. */
export interface Sessions {
  current: Session;
}

/** A session in which nobody asks for anything: a test. */
export function quietSession(): Session {
  return {
    onProgress: undefined,
    signal: undefined,
    mayPause: false,
    areThreadsWorth: undefined,
    foreign: new Set(),
    pending: 0,
  };
}

/** WebPPL's trampoline, which it leaves in a global for functions that finish later. */
interface Trampoline {
  resumeTrampoline(thunk: () => Thunk): void;
}

/** Lets the program wait for `work`, and go on with its value, or with its error as if that had been thrown. */
export function awaitWork(session: Session, work: Promise<unknown>, store: Store, k: Continuation): Thunk {
  const { resumeTrampoline } = globalThis as typeof globalThis & Trampoline;
  session.pending++;
  const resume = (next: () => Thunk) => {
    session.pending--;
    resumeTrampoline(next);
  };
  work.then(
    (value) => resume(() => k(store, value)),
    (error: unknown) =>
      resume(() => {
        throw error;
      }),
  );
  return null;
}
