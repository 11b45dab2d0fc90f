/** For each row a number: rows with equal numbers are alike. Undefined = all rows are. */
export type RowClasses = Int32Array | undefined;

/** Rows are alike whose keys are equal. */
export function classesOf(keys: ArrayLike<number>): Int32Array {
  const numbers = new Map<number, number>();
  return Int32Array.from(keys, (key) => numberOf(numbers, key));
}

/** Rows are alike that are alike in both. */
export function combineClasses(a: RowClasses, b: RowClasses): RowClasses {
  if (a === undefined || b === undefined) return a ?? b;
  const numInB = b.reduce((most, each) => Math.max(most, each), 0) + 1;
  return classesOf(Float64Array.from(a, (each, row) => each * numInB + b[row]));
}

/** The first row of each class, in the order of the classes: numbers are given in the order of first appearance. */
export function firstRows(classes: Int32Array): Int32Array {
  const rows: number[] = [];
  classes.forEach((each, row) => {
    if (each === rows.length) rows.push(row);
  });
  return Int32Array.from(rows);
}

function numberOf(numbers: Map<number, number>, key: number): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
