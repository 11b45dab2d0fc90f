import { lostContinuation } from "./lostContinuation.ts";

/** WebPPL's parameter store: every program starts and stops it, by property. */
export interface ProgramParameters {
  init(k: () => unknown): unknown;
  stop(k: () => unknown): unknown;
}

/** WebPPL's trampoline, which it leaves in a global. */
interface Trampoline {
  resumeTrampoline(thunk: () => never): void;
}

/** Tells whether the program that was started last has come to its end. */
export interface ProgramEnds {
  /** True from the start of a program to its end or an error. */
  readonly isUnderWay: boolean;
  /** Throws, at the place in the program where it was last seen, that it has been lost. */
  reportLoss(): void;
}

export function watchEnds(parameters: ProgramParameters): ProgramEnds {
  const { init, stop } = parameters;
  let isUnderWay = false;
  parameters.init = (k) => {
    isUnderWay = true;
    return init(k);
  };
  // Programs that end with an error come by here too.
  parameters.stop = (k) => {
    isUnderWay = false;
    return stop(k);
  };
  return {
    get isUnderWay() {
      return isUnderWay;
    },
    reportLoss() {
      isUnderWay = false;
      const { resumeTrampoline } = globalThis as typeof globalThis & Trampoline;
      resumeTrampoline(() => {
        throw lostContinuation("program");
      });
    },
  };
}
