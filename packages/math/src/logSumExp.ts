/**
 * log Σ exp(values[i]) without overflow, over the first `count` values (all by default). No values, or only
 * -Infinity, give -Infinity; Infinity gives Infinity; NaN gives NaN.
 */
export function logSumExp(values: ArrayLike<number>, count: number = values.length): number {
  let largest = -Infinity;
  for (let i = 0; i < count; i++) largest = Math.max(largest, values[i]);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp(values[i] - largest);
  return largest + Math.log(sum);
}
