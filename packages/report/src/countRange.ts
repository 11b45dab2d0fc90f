/** The smallest and the largest of `counts`, which must not be empty. */
export function countRange(counts: readonly number[]): [number, number] {
  let smallest = Infinity;
  let largest = -Infinity;
  for (const count of counts) {
    smallest = Math.min(smallest, count);
    largest = Math.max(largest, count);
  }
  return [smallest, largest];
}
