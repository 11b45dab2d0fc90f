/** Four significant digits for the largest number of a column: enough to compare, few enough to read. */
const SIGNIFICANT_DIGITS = 4;
const MAX_DECIMALS = 12;

/** Decimals that show a number of this magnitude with so many significant digits. */
export function decimalsFor(magnitude: number, significantDigits: number): number {
  if (!(magnitude > 0)) return 0;
  return Math.min(Math.max(significantDigits - 1 - Math.floor(Math.log10(magnitude)), 0), MAX_DECIMALS);
}

/**
 * Finite numbers as text with the same number of decimals each, so that they align: none when all are integers, else as
 * many as give the largest magnitude four significant digits.
 */
export function formatColumn(values: readonly number[]): string[] {
  if (values.every(Number.isInteger)) return values.map(String);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const decimals = decimalsFor(largest, SIGNIFICANT_DIGITS);
  return values.map((value) => fixed(value, decimals));
}

/** A number with so many decimals; what rounds to zero has no sign. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text;
}
