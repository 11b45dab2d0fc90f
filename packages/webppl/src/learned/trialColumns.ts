import { type ColumnSpec, type Columns, type Likelihood, PoolishError } from "@poolish/core";

/** What a program observes of one group. */
export interface ObservedGroup {
  readonly trials: unknown;
  /** A number for all trials, or an array with one for each, by name; those that are missing stand in the trials. */
  readonly conditions: unknown;
}

/** Trials of several groups, one after the other, with their conditions. */
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
export function trialColumns(likelihood: Likelihood, groups: readonly ObservedGroup[]): TrialColumns {
  const trials = groups.map((group) => trialsOf(group.trials));
  const count = trials.reduce((sum, group) => sum + group.length, 0);
  const columns: Record<string, Float64Array> = {};
  const fill = (column: ColumnSpec, read: (group: number, trial: number) => number) => {
    const values = new Float64Array(count);
    let next = 0;
    for (let g = 0; g < trials.length; g++) for (let i = 0; i < trials[g].length; i++) values[next++] = read(g, i);
    columns[column.name] = values;
  };
  likelihood.columns.forEach((column, index) => {
    fill(column, (g, i) => number(likelihood, column, cellOf(likelihood, index, trials[g][i]), i));
  });
  for (const column of likelihood.conditions) {
    fill(column, (g, i) => conditionOf(likelihood, column, groups[g].conditions, trials[g], i));
  }
  return { columns, group: Int32Array.from(trials.flatMap((group, index) => Array.from(group, () => index))) };
}

function trialsOf(value: unknown): ArrayLike<unknown> {
  if (Array.isArray(value)) return value;
  return value instanceof Float64Array || value instanceof Int32Array ? value : [value];
}

function number(likelihood: Likelihood, { name }: ColumnSpec, value: unknown, row: number): number {
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

/** From what the program passed as conditions, else from the trial itself. */
function conditionOf(
  likelihood: Likelihood,
  { name }: ColumnSpec,
  conditions: unknown,
  trials: ArrayLike<unknown>,
  trial: number,
): number {
  const given = (conditions as Readonly<Record<string, unknown>> | undefined)?.[name];
  const row = trials[trial] as Readonly<Record<string, unknown>> | null | undefined;
  const value = given === undefined ? row?.[name] : isList(given) ? listed(name, given, trials.length)[trial] : given;
  if (typeof value === "number") return value;
  const names = likelihood.conditions.map((condition) => `${condition.name}: …`).join(", ");
  throw new PoolishError(`this likelihood needs the condition ${name}, got ${String(value)}`, {
    kind: "input",
    field: name,
    row: trial,
    remedy: `Pass conditions: { ${names} } to Learned, each a number or an array of one number a trial, or give them in the trials.`,
  });
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float64Array || value instanceof Int32Array;
}

function listed(name: string, values: ArrayLike<unknown>, count: number): ArrayLike<unknown> {
  if (values.length === count) return values;
  throw new PoolishError(`there are ${values.length} values for ${count} trials`, {
    kind: "input",
    field: name,
    remedy: "Give one number for each trial, or one for all.",
  });
}

function describeTrial({ columns }: Likelihood): string {
  const object = `an object { ${columns.map(({ name }) => `${name}: number`).join(", ")} }`;
  return columns.length === 1 ? `a number or ${object}` : object;
}
