/** Decimal numbers and what R, pandas and JavaScript write for infinity; not hexadecimal, no separators. */
const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)$/i;
const MISSING: ReadonlySet<string> = new Set(["", "NA", "NaN", "nan"]);

/** The number in a cell of text: NaN for a missing one (empty, NA, NaN), undefined when the cell is not a number. */
export function parseCell(cell: string): number | undefined {
  if (MISSING.has(cell)) return Number.NaN;
  if (!NUMBER.test(cell)) return undefined;
  if (!/inf/i.test(cell)) return Number(cell);
  return cell.startsWith("-") ? -Infinity : Infinity;
}
