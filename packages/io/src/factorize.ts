import { PoolishError } from "@poolish/core";

/** `levels[codes[i]]` is the label of row i. */
export interface Factor {
  readonly codes: Int32Array;
  readonly levels: string[];
}

/**
 * Codes 0 … numLevels − 1 for the labels of a column. Levels are the distinct labels, in numerical order when all of
 * them are numbers and in the order of their UTF-16 code units otherwise; or `levels`, as given, when a fit's groups
 * must keep their places (a level may then have no rows). Numbers become labels as `String` writes them.
 * @throws PoolishError naming `field` and the row of a missing label (NaN, "") or of one that `levels` does not have.
 */
export function factorize(
  column: ArrayLike<number> | readonly string[],
  levels?: readonly string[],
  field = "column",
): Factor {
  const labels = Array.from(column, String);
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== "" && labels[row] !== "NaN") continue;
    throw new PoolishError("the label is missing", {
      kind: "input",
      field,
      row,
      remedy: "Fill it in or drop the row.",
    });
  }
  const ordered = levels === undefined ? sortedLevels(labels) : [...levels];
  const codeOf = new Map(ordered.map((level, code) => [level, code]));
  if (codeOf.size !== ordered.length) {
    throw new PoolishError("the levels repeat a label", { kind: "input", field, remedy: "List each level once." });
  }
  return {
    codes: Int32Array.from(labels, (label, row) => codeOf.get(label) ?? unknownLevel(label, row, field, ordered)),
    levels: ordered,
  };
}

function sortedLevels(labels: readonly string[]): string[] {
  const distinct = [...new Set(labels)].sort();
  if (distinct.some((label) => label.trim() === "" || Number.isNaN(Number(label)))) return distinct;
  return distinct.sort((a, b) => Number(a) - Number(b) || 0);
}

function unknownLevel(label: string, row: number, field: string, levels: readonly string[]): never {
  throw new PoolishError(`unknown level "${label}"`, {
    kind: "input",
    field,
    row,
    remedy: `Use one of the levels: ${levels.join(", ")}.`,
  });
}
