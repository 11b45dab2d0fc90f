import { describeSupport, isOnSupport, PoolishError, type ScalarSupport } from "@poolish/core";

/** Draws as a table, as `fit.draws([…])` gives them. */
export interface DrawsTable {
  readonly names: readonly string[];
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
}

/** Draws of an earlier stage: a table, or columns by name. One number a draw in each column. */
export type Draws = DrawsTable | Readonly<Record<string, ArrayLike<number>>>;

/** The fewest draws that a density is learned from. */
const FEWEST = 200;

function isTable(draws: Draws): draws is DrawsTable {
  return Array.isArray(draws.names) && typeof draws.columns === "object";
}

/** The names of all columns. */
export function namesOf(draws: Draws): readonly string[] {
  return isTable(draws) ? draws.names : Object.keys(draws);
}

/**
 * The named columns. @throws PoolishError naming column and row for one that is missing, named twice, of another length, constant,
 * discrete or off its support, and for too few draws.
 */
export function columnsOf(
  draws: Draws,
  names: readonly string[],
  supports: readonly ScalarSupport[],
): readonly Float64Array[] {
  const all: Readonly<Record<string, ArrayLike<number>>> = isTable(draws) ? draws.columns : draws;
  const columns = names.map((name) => {
    if (Object.hasOwn(all, name)) return Float64Array.from(all[name]);
    return refuse(name, "the draws have no such column", `They have ${namesOf(draws).join(", ")}.`);
  });
  const twin = names.find((name, k) => names.indexOf(name) < k);
  if (twin !== undefined) return refuse(twin, "this column is named twice", "Name each once.");
  const [first] = columns;
  if (first === undefined) return refuse("names", "no parameter is named", "Name at least one.");
  columns.forEach((column, k) => {
    if (column.length !== first.length) {
      refuse(
        names[k],
        `the column has ${column.length} draws, ${names[0]} has ${first.length}`,
        "Draws are joint: one number a draw in each column.",
      );
    }
    requireNumbers(names[k], column, supports[k]);
  });
  if (first.length >= FEWEST) return columns;
  return refuse("draws", `${first.length} draws are too few to learn a density from`, `Draw at least ${FEWEST}.`);
}

function requireNumbers(name: string, column: Float64Array, support: ScalarSupport): void {
  if (support.kind === "integer") {
    refuse(name, "whole numbers have no density", "Leave it out: a density is learned of continuous parameters.");
  }
  const row = column.findIndex((value) => !isOnSupport(support, value));
  if (row >= 0) {
    const message = `the draw ${column[row]} is off the support, which is ${describeSupport(support)}`;
    refuse(name, message, `State the support: supports: { ${JSON.stringify(name)}: real }.`, row);
  }
  if (column.length > 0 && column.every((value) => value === column[0])) {
    refuse(name, `every draw is ${column[0]}`, "Leave it out: a constant has no density.");
  }
}

export function refuse(field: string, message: string, remedy: string, row?: number): never {
  throw new PoolishError(message, { kind: "input", field, remedy, ...(row === undefined ? {} : { row }) });
}
