import { expectMeanWithin } from "@poolish/testkit";

export function moments(values: ArrayLike<number>): { mean: number; sd: number; standardError: number } {
  const count = values.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i] / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += (values[i] - mean) ** 2;
  const sd = Math.sqrt(squares / (count - 1));
  return { mean, sd, standardError: sd / Math.sqrt(count) };
}

/** Asserts that each column of independent rows has mean 0 within its standard error. */
export function expectZeroMeans(name: string, rows: readonly Float64Array[], numComparisons: number): void {
  for (let c = 0; c < rows[0].length; c++) {
    const { mean, standardError } = moments(rows.map((row) => row[c]));
    expectMeanWithin({ name: `${name} ${c}`, estimate: mean, standardError, expected: 0, numComparisons });
  }
}
