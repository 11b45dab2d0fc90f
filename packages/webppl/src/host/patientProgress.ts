import type { OnProgress } from "@poolish/core";

/** Milliseconds that work may take before anybody is told of it. */
const PATIENCE = 1000;

/** Passes on the reports of a task that come later than a second after its first one. */
export function patientProgress(onProgress: OnProgress, now: () => number = () => performance.now()): OnProgress {
  const starts = new Map<string, number>();
  return (progress) => {
    const start = starts.get(progress.task) ?? now();
    starts.set(progress.task, start);
    if (now() - start > PATIENCE) onProgress(progress);
    if (progress.done >= progress.total) starts.delete(progress.task);
  };
}
