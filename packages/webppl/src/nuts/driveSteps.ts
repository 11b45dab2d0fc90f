import { throwIfAborted } from "@poolish/core";
import type { Session } from "../host/session.ts";
import type { Steps } from "./sampleChains.ts";

/** Time between pauses, in milliseconds: short for whoever else uses the thread, long for a timer. */
const SLICE = 20;

/** Runs `steps` to their end without a pause, or to where they must wait: the result is then a promise. */
export function driveAtOnce<T>(steps: Steps<T>, session: Session): T | Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (value !== undefined) return driveInSlices(steps, session, value);
  }
}

/**
 * Runs `steps` to their end with pauses in which the process can do other work, once `awaited` is there.
 * @throws PoolishError (kind cancelled) once the session's signal has been aborted.
 */
export async function driveInSlices<T>(steps: Steps<T>, session: Session, awaited?: Promise<unknown>): Promise<T> {
  let pauseAt = performance.now() + SLICE;
  const pause = async (work: Promise<unknown>) => {
    await unlessAborted(work, session);
    pauseAt = performance.now() + SLICE;
  };
  try {
    if (awaited !== undefined) await pause(awaited);
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      if (value !== undefined) await pause(value);
      else if (performance.now() > pauseAt) await pause(new Promise((resolve) => setTimeout(resolve, 0)));
    }
  } catch (error) {
    // They may have something to close.
    steps.throw(error);
    throw error;
  }
}

/** Waits for `work` or an abort, whichever comes first. */
async function unlessAborted(work: Promise<unknown>, { signal }: Session): Promise<void> {
  throwIfAborted(signal, "the WebPPL program");
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal?.addEventListener("abort", stop);
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  throwIfAborted(signal, "the WebPPL program");
}
