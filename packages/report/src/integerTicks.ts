/** Steps between ticks are 1, 2 or 5 times a power of ten. */
const STEPS = [1, 2, 5] as const;

/** At most `maxCount` round integers in [lower, upper]: for axes of counts, where 2.5 is no place to put a tick. */
export function integerTicks(lower: number, upper: number, maxCount: number): number[] {
  for (let power = 1; ; power *= 10) {
    for (const factor of STEPS) {
      const step = factor * power;
      const first = Math.ceil(lower / step);
      const count = Math.floor(upper / step) - first + 1;
      if (count <= Math.max(maxCount, 1))
        return Array.from({ length: Math.max(count, 0) }, (_, i) => (first + i) * step);
    }
  }
}
