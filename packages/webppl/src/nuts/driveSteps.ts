import { throwIfAborted } from "@poolish/core";
import type { Session } from "../host/session.ts";

/** Time between pauses, in milliseconds: short for whoever else uses the thread, long for a timer. */
const SLICE = 20;

/** Runs `steps` to their end without a pause. */
export function driveAtOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Runs `steps` to their end with pauses in which the process can do other work.
 * @throws PoolishError (kind cancelled) once the session's signal has been aborted.
 */
export async function driveInSlices<T>(steps: Generator<void, T>, session: Session): Promise<T> {
  let pauseAt = performance.now() + SLICE;
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() < pauseAt) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    throwIfAborted(session.signal, "the WebPPL program");
    pauseAt = performance.now() + SLICE;
  }
}
