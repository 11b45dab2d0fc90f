import { escapeMarkup } from "./escapeMarkup.ts";
import { formatColumn } from "./formatColumn.ts";
import { requireFinite, requireSameLength } from "./requireFinite.ts";

export interface ReportTable {
  readonly columns: readonly string[];
  /** One cell a column. Numbers of a column are shown with equal decimals; text is shown as it is. */
  readonly rows: readonly (readonly (string | number)[])[];
}

interface Column {
  readonly isNumeric: boolean;
  readonly cells: readonly string[];
}

/** Text that reads as a number, possibly with a unit behind it, or that stands for a missing one. */
const NUMBER_LIKE = /^[-−+]?[\d.,]+(e[-−+]?\d+)?\s*%?$|^[-–—]?$/;

function column({ rows }: ReportTable, index: number): Column {
  const cells = rows.map((row) => row[index] ?? "");
  const numbers = cells.filter((cell) => typeof cell === "number");
  const formatted = formatColumn(numbers).values();
  return {
    isNumeric: cells.length > 0 && cells.every((cell) => typeof cell === "number" || NUMBER_LIKE.test(cell)),
    cells: cells.map((cell) => (typeof cell === "number" ? String(formatted.next().value) : cell)),
  };
}

function check(field: string, { columns, rows }: ReportTable): void {
  for (const [i, row] of rows.entries()) {
    requireSameLength(`${field}.rows[${i}]`, row.length, `${field}.columns`, columns.length);
    for (const [k, cell] of row.entries()) {
      if (typeof cell === "number") requireFinite(`${field}.rows[${i}][${k}] (${columns[k]})`, cell);
    }
  }
}

/**
 * A table whose first column names the rows. Columns of numbers are aligned on the right.
 * @throws PoolishError naming `field`, row and column for a row of another length or a number that is not finite.
 */
export function htmlTable(field: string, table: ReportTable, caption: string | undefined): string {
  check(field, table);
  const columns = table.columns.map((_, k) => column(table, k));
  const style = (k: number) => (columns[k]?.isNumeric ? ' class="number"' : "");
  const head = table.columns.map((name, k) => `<th scope="col"${style(k)}>${escapeMarkup(name)}</th>`).join("");
  const body = table.rows.map((_, i) => {
    const cells = columns.map(({ cells }, k) => {
      const text = escapeMarkup(cells[i] ?? "");
      return k === 0 ? `<th scope="row"${style(k)}>${text}</th>` : `<td${style(k)}>${text}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  const title = caption === undefined ? "" : `<caption>${escapeMarkup(caption)}</caption>`;
  return `<div class="scroll" tabindex="0"><table>${title}<thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}
