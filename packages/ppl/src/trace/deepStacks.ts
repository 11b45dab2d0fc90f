/** Enough for our own frames above the user's line. */
const NUM_FRAMES = 40;

/** Runs `work` with longer stack traces, where the host (V8) lets one choose, so that errors reach the user's line. */
export function withDeepStacks(work: () => void): void {
  const host = Error as { stackTraceLimit?: number };
  const usual = host.stackTraceLimit;
  host.stackTraceLimit = Math.max(usual ?? 0, NUM_FRAMES);
  try {
    work();
  } finally {
    if (usual === undefined) delete host.stackTraceLimit;
    else host.stackTraceLimit = usual;
  }
}
