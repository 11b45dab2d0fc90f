/** True when two observed values hold the same numbers in the same shape; a number, an array or an object of them. */
export function sameTrials(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const left = Object.entries(a);
  if (left.length !== Object.keys(b).length) return false;
  const right = b as Readonly<Record<string, unknown>>;
  return left.every(([key, value]) => sameTrials(value, right[key]));
}
