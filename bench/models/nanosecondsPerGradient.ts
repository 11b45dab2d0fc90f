import { type LogDensity, rngFromSeed } from "@poolish/core";

/** Nanoseconds of one gradient: the best of many batches of about a millisecond, for the machine may be shared. */
export function nanosecondsPerGradient(target: LogDensity): number {
  const rng = rngFromSeed(1);
  const positions = Array.from({ length: 16 }, () =>
    Float64Array.from({ length: target.dim }, () => rng.uniform() - 0.5),
  );
  const gradient = new Float64Array(target.dim);
  const batch = (count: number): number => {
    const start = performance.now();
    for (let i = 0; i < count; i++) target.valueAndGradient(positions[i & 15], gradient);
    return performance.now() - start;
  };
  // Long enough for the engine to replace its first, plain compilation.
  for (const start = performance.now(); performance.now() - start < 200; ) batch(16);
  let count = 16;
  while (batch(count) < 1) count *= 2;
  let best = Infinity;
  for (const start = performance.now(); performance.now() - start < 500; ) best = Math.min(best, batch(count));
  return (best * 1e6) / count;
}
