import { type Columns, type Likelihood, PoolishError } from "@poolish/core";

/** Trials of several groups, one after the other. */
export interface TrialColumns {
  readonly columns: Columns;
  /** The group of each trial, counted from 0 in the order of `groups`. */
  readonly group: Int32Array;
}

/**
 * Reads the values that a program observes, one value a group, into columns. A group is an array of trials or one bare
 * trial; a trial is a number (for a likelihood of one column), an object with the columns' names, or an array with one
 * number for each column. An empty group is legal.
 * @throws PoolishError naming column and trial for anything else.
 */
export function trialColumns(likelihood: Likelihood, groups: readonly unknown[]): TrialColumns {
  const trials = groups.map(trialsOf);
  const count = trials.reduce((sum, group) => sum + group.length, 0);
  const columns: Record<string, Float64Array> = {};
  likelihood.columns.forEach((column, index) => {
    const values = new Float64Array(count);
    let next = 0;
    for (const group of trials) {
      for (let i = 0; i < group.length; i++) values[next++] = readColumn(likelihood, index, group[i], i);
    }
    columns[column.name] = values;
  });
  return { columns, group: Int32Array.from(trials.flatMap((group, index) => Array.from(group, () => index))) };
}

function trialsOf(value: unknown): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  return value instanceof Float64Array || value instanceof Int32Array ? value : [value];
}

function readColumn(likelihood: Likelihood, index: number, trial: unknown, row: number): number {
  const { name } = likelihood.columns[index];
  const value = cellOf(likelihood, index, trial);
  if (typeof value === "number") return value;
  const isNode = typeof value === "object" && value !== null && "dx" in value;
  throw new PoolishError(
    isNode ? "a trial must be data, not a random value" : `expected a number, got ${String(value)}`,
    {
      kind: "input",
      field: name,
      row,
      remedy: isNode
        ? "Observe values that do not depend on a random choice."
        : `Give each trial as ${describeTrial(likelihood)}.`,
    },
  );
}

function cellOf(likelihood: Likelihood, index: number, trial: unknown): unknown {
  const { columns } = likelihood;
  if (typeof trial !== "object" || trial === null) return columns.length === 1 ? trial : undefined;
  if (Array.isArray(trial)) return trial.length === columns.length ? trial[index] : undefined;
  if ("dx" in trial) return trial;
  return (trial as Readonly<Record<string, unknown>>)[columns[index].name];
}

function describeTrial({ columns }: Likelihood): string {
  const object = `an object { ${columns.map(({ name }) => `${name}: number`).join(", ")} }`;
  return columns.length === 1 ? `a number or ${object}` : object;
}
