/** Milliseconds before the pace of the chains is judged: warm-up begins slowly, and code is being compiled. */
const SETTLING = 200;
/** Milliseconds of sampling left from which on threads pay. One takes about 0.1 s to start, and as long again to be fast. */
const WORTHWHILE = 1000;

/**
 * True when the rest of the work, at the pace so far, takes so long that threads pay: `elapsed` in milliseconds, for the
 * `share` of it that is done.
 */
export function areThreadsWorth(elapsed: number, share: number): boolean {
  return elapsed > SETTLING && (elapsed / share) * (1 - share) > WORTHWHILE;
}
