import { PoolishError } from "@poolish/core";
import type { Design, GroupDesign } from "./design.ts";
import { type FormulaSource, refuseFormula } from "./formulaSource.ts";
import { columnsOf, namesOf } from "./parameterPlan.ts";
import { firstDependency } from "./rank.ts";

/**
 * Refuses designs whose coefficients the data cannot tell apart, before any sampling: columns that are combinations of
 * others, and groups that cannot show how groups differ. Returns notices about what is weakly known.
 * @throws PoolishError naming the columns, with the place in the formula.
 */
export function checkDesign(design: Design): string[] {
  const { source } = design.formula;
  checkRank(design, columnsOf(design.blocks), "");
  for (const group of design.groups) {
    checkGroups(source, group);
    checkRank(design, columnsOf(group.blocks), ` in the term over ${group.grouping}`, namesOf(group.blocks), group.at);
    checkNotFixed(design, group);
  }
  const fixed = new Set(namesOf(design.blocks));
  return [...design.groups.flatMap((group) => groupNotices(source.field, group, fixed)), ...offsetNotices(design)];
}

/** Without pooling every group needs data that tell its own coefficients apart. */
export function checkEachGroup(design: Design, group: GroupDesign): void {
  const columns = columnsOf(design.blocks);
  group.levels.forEach((level, code) => {
    const rows = Array.from(group.codes.keys()).filter((row) => group.codes[row] === code);
    if (rows.length === 0) {
      throw new PoolishError(`${group.grouping} ${level} has no data, and without pooling nothing else informs it`, {
        kind: "input",
        field: group.grouping,
        remedy: 'Leave the level out, or use pooling: "partial".',
      });
    }
    checkRank(
      design,
      columns.map((column) => Float64Array.from(rows, (row) => column[row])),
      ` within ${group.grouping} ${level}`,
    );
  });
}

function checkRank(
  design: Design,
  columns: readonly Float64Array[],
  where: string,
  names = namesOf(design.blocks),
  at?: number,
): void {
  const { source } = design.formula;
  const dependency = firstDependency(columns);
  if (dependency === undefined) return;
  const place = at ?? design.blocks.flatMap((block) => block.names.map(() => block.at))[dependency.column];
  const name = names[dependency.column];
  const others = dependency.of.map((column) => names[column]);
  if (others.length === 0) {
    refuseFormula(
      source,
      place,
      `the column ${name} is zero in all rows${where}`,
      "Leave the term out, or the level without data.",
    );
  }
  const what =
    others.length === 1 && others[0] === "Intercept" ? "is constant" : `is a combination of ${others.join(", ")}`;
  refuseFormula(
    source,
    place,
    `the column ${name} ${what}${where}, so that their coefficients cannot be told apart`,
    "Leave one of them out, or 0 + for the intercept.",
  );
}

function checkGroups(source: FormulaSource, { grouping, levels, at }: GroupDesign): void {
  if (levels.length > 1) return;
  refuseFormula(
    source,
    at,
    `${grouping} has one group, ${levels[0]}, which cannot show how groups differ`,
    'Leave the group term out, or use pooling: "complete".',
  );
}

/** A coefficient for each group that the fixed part has already, as `subject + (1 | subject)` asks for. */
function checkNotFixed({ blocks, formula }: Design, { grouping, levels, codes, blocks: inner, at }: GroupDesign): void {
  const fixed = columnsOf(blocks);
  if (fixed.length < levels.length) return;
  const names = namesOf(inner);
  columnsOf(inner).forEach((column, k) => {
    const isFixed = levels.every((_, code) => {
      const own = column.map((x, row) => (codes[row] === code ? x : 0));
      return firstDependency([...fixed, own]) !== undefined;
    });
    if (!isFixed) return;
    refuseFormula(
      formula.source,
      at,
      `the fixed part has the column ${names[k]} for each ${grouping} already`,
      `Leave ${grouping} out of the fixed part, or leave the group term out.`,
    );
  });
}

function groupNotices(field: string, group: GroupDesign, fixed: ReadonlySet<string>): string[] {
  const { grouping, levels, codes, blocks } = group;
  const notices: string[] = [];
  const isSeen = new Set(codes);
  const missing = levels.filter((_, code) => !isSeen.has(code));
  if (missing.length > 0) {
    notices.push(
      `${grouping} ${missing.join(", ")} without data: ${field} there is informed by the other groups and the prior only.`,
    );
  }
  if (levels.length < 5) {
    notices.push(
      `${grouping} has ${levels.length} groups: the standard deviations of ${field} between them rest largely on their priors.`,
    );
  }
  for (const block of blocks) {
    block.names.forEach((name, k) => {
      if (!fixed.has(name) && !block.isLevel) {
        notices.push(`${field}: ${name} varies over ${grouping} around 0, because ${name} is not in the fixed part.`);
      }
      if (name !== "Intercept" && block.levels === undefined && isConstantWithin(block.columns[k], group)) {
        notices.push(
          `${field}: ${name} does not vary within ${grouping}, so that a slope for each ${grouping} is hardly informed.`,
        );
      }
    });
  }
  return notices;
}

function isConstantWithin(column: Float64Array, { codes, levels }: GroupDesign): boolean {
  const first = new Float64Array(levels.length).fill(Number.NaN);
  return column.every((x, row) => {
    const code = codes[row];
    if (Number.isNaN(first[code])) first[code] = x;
    return x === first[code];
  });
}

/** Priors of intercepts hold where predictors are 0: far from the data they say something else. */
function offsetNotices({ blocks, formula }: Design): string[] {
  if (!blocks.some(({ isLevel }) => isLevel)) return [];
  return blocks.flatMap(({ names, columns, levels, isLevel }) => {
    if (isLevel || levels !== undefined) return [];
    const { mean, spread } = momentsOf(columns[0]);
    if (Math.abs(mean) < 3 * spread) return [];
    return [
      `${formula.source.field}: ${names[0]} lies far from 0 (mean ${mean.toPrecision(3)}, sd ${spread.toPrecision(3)}), which makes its default prior tight; scale(${names[0]}) or center(${names[0]}) mends it.`,
    ];
  });
}

function momentsOf(column: Float64Array): { mean: number; spread: number } {
  const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
  return { mean, spread: Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length) };
}
