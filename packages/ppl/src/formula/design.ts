import { PoolishError } from "@poolish/core";
import { groupingCategories } from "./categories.ts";
import { type DesignBlock, designBlocks } from "./designColumns.ts";
import { type Formula, type GroupTerm, groupingOf } from "./formula.ts";
import type { FormulaContext } from "./formulaContext.ts";
import { type FormulaData, type FormulaTable, tableOf } from "./formulaData.ts";
import { parseFormula } from "./parseFormula.ts";
import { closeTraining, openTraining, type Training } from "./training.ts";

/** The coefficients that vary over the groups of one factor: their columns, and the group of each row. */
export interface GroupDesign {
  /** "subject", "school:class". */
  readonly grouping: string;
  readonly levels: readonly string[];
  /** The group of each row: an index into `levels`. */
  readonly codes: Int32Array;
  readonly blocks: readonly DesignBlock[];
  readonly isCorrelated: boolean;
  /** Where the group term stands in the formula. */
  readonly at: number;
}

/** A formula tied to data. */
export interface Design {
  readonly formula: Formula;
  readonly numRows: number;
  /** The fixed-effects columns, block by block. */
  readonly blocks: readonly DesignBlock[];
  readonly groups: readonly GroupDesign[];
  /** What new data must be coded with. */
  readonly training: Training;
}

/**
 * The design matrices of a formula. `known` holds declared levels (`{ levels: { condition: ["easy", "hard"] } }`: their
 * columns are categories and the first level is the reference), or the `training` of an earlier design, by which new
 * data are coded, scaled and centred. New data may have new groups, which come after the known ones, but no new levels
 * of predictors.
 * @throws PoolishError with the column of the formula, the column of the data and the row at fault.
 */
export function designOf(formula: string | Formula, data: FormulaData, known?: Partial<Training>): Design {
  return designFromTable(typeof formula === "string" ? parseFormula(formula) : formula, tableOf(data), known);
}

/** As `designOf`, for a table that has been checked. */
export function designFromTable(formula: Formula, table: FormulaTable, known?: Partial<Training>): Design {
  const training = openTraining(known);
  const context: FormulaContext = { source: formula.source, table, training };
  const blocks = designBlocks(context, formula.terms);
  const groups = formula.groups.map((group) => groupDesign(context, group));
  return { formula, numRows: table.numRows, blocks, groups, training: closeTraining(training) };
}

function groupDesign(context: FormulaContext, group: GroupTerm): GroupDesign {
  return {
    grouping: groupingOf(group),
    ...combinedCategories(context, group),
    blocks: designBlocks(context, group.terms),
    isCorrelated: group.isCorrelated,
    at: group.at,
  };
}

/** The combinations of grouping columns that occur, ordered by the first column, then the next; new ones come last. */
function combinedCategories(
  context: FormulaContext,
  group: GroupTerm,
): { levels: readonly string[]; codes: Int32Array } {
  const parts = group.factors.map((factor) => groupingCategories(context, factor));
  if (parts.length === 1) return parts[0];
  const grouping = groupingOf(group);
  const numRows = parts[0].codes.length;
  const ranks = Float64Array.from({ length: numRows }, (_, row) =>
    parts.reduce((rank, { levels, codes }) => rank * levels.length + codes[row], 0),
  );
  const labels = Array.from({ length: numRows }, (_, row) =>
    parts.map(({ levels, codes }) => levels[codes[row]]).join(":"),
  );
  requireDistinct(grouping, ranks, labels);
  const { levels: remembered } = context.training;
  const known = remembered.get(grouping) ?? labelsByRank(ranks, labels);
  const levels = [...new Set([...known, ...labels])];
  remembered.set(grouping, levels);
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  return { levels, codes: Int32Array.from(labels, (label) => codeOf.get(label) ?? -1) };
}

/** Labels that hold colons themselves may join to the same text: two groups would become one. */
function requireDistinct(grouping: string, ranks: Float64Array, labels: readonly string[]): void {
  const rankOf = new Map<string, number>();
  const row = labels.findIndex((label, i) => {
    const known = rankOf.get(label);
    rankOf.set(label, known ?? ranks[i]);
    return known !== undefined && known !== ranks[i];
  });
  if (row < 0) return;
  throw new PoolishError(`two combinations of ${grouping} are both called ${labels[row]}`, {
    kind: "model",
    field: grouping,
    row,
    remedy: "Write the labels of the grouping columns without colons.",
  });
}

function labelsByRank(ranks: Float64Array, labels: readonly string[]): string[] {
  const labelOfRank = new Map(labels.map((label, row) => [ranks[row], label]));
  return [...labelOfRank].sort(([a], [b]) => a - b).map(([, label]) => label);
}
