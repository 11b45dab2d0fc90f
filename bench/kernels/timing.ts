/** Milliseconds of `count` calls. */
function time(call: () => void, count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) call();
  return performance.now() - start;
}

/**
 * Nanoseconds of one call of each: the best of many batches of about half a millisecond, by turns, for the machine may be
 * shared and its clock may change.
 */
export function nanoseconds(calls: readonly (() => void)[]): number[] {
  const counts = calls.map((call) => {
    // Long enough for the engine to replace its first, plain compilation.
    for (const start = performance.now(); performance.now() - start < 60; ) call();
    let count = 1;
    while (time(call, count) < 0.5) count *= 2;
    return count;
  });
  const best = calls.map(() => Infinity);
  for (const start = performance.now(); performance.now() - start < 150 * calls.length; ) {
    calls.forEach((call, i) => {
      best[i] = Math.min(best[i], time(call, counts[i]));
    });
  }
  return best.map((milliseconds, i) => (milliseconds * 1e6) / counts[i]);
}

export function printRow(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => cell.padStart(i === 0 ? 24 : 18)).join(""));
}
