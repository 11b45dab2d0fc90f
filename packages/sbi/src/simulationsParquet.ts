import { type ColumnSpec, type ParameterSpec, PoolishError } from "@poolish/core";
import { columnSchema, parameterSchema } from "@poolish/estimators";
import { type Table, tableFromParquet, tableToParquet } from "@poolish/io";
import { rowsOf } from "./plan/rowsOf.ts";
import { columnOf, type Simulations } from "./simulations.ts";

/** What the Parquet metadata key `poolish` holds, as JSON; open sides of supports are null. */
interface Header {
  readonly format: "poolish-simulations";
  readonly version: 1;
  readonly simulator: string;
  readonly seed: number;
  readonly parameters: readonly ParameterSpec[];
  readonly columns: readonly ColumnSpec[];
  readonly conditions: readonly ColumnSpec[];
}

/**
 * A Parquet table with the columns `theta.NAME`, `x.NAME` and `condition.NAME`, one row a simulation; the rest is metadata.
 * Simulations that are sets of trials have one row a trial, and a column `simulation` that counts from 0.
 */
export function simulationsToParquet(simulations: Simulations): Uint8Array {
  const { parameters, columns, conditions, theta, x, conditionValues, simulator, seed, numTrials } = simulations;
  const simulationOfTrial =
    numTrials && Int32Array.from(Array.from(numTrials).flatMap((n, i) => new Array<number>(n).fill(i)));
  const header: Header = {
    format: "poolish-simulations",
    version: 1,
    simulator,
    seed,
    parameters,
    columns,
    conditions,
  };
  const named = (prefix: string, specs: readonly { readonly name: string }[], values: Float64Array) =>
    specs.map(({ name }, i): [string, Float64Array] => [`${prefix}.${name}`, columnOf(values, specs.length, i)]);
  return tableToParquet(
    {
      numRows: simulationOfTrial?.length ?? simulations.count,
      columns: Object.fromEntries([
        ...(simulationOfTrial ? [["simulation", Float64Array.from(simulationOfTrial)] as const] : []),
        ...named("theta", parameters, simulationOfTrial ? rowsOf(theta, parameters.length, simulationOfTrial) : theta),
        ...named("x", columns, x),
        ...named("condition", conditions, conditionValues),
      ]),
    },
    { poolish: JSON.stringify(header) },
  );
}

/**
 * The inverse of `simulationsToParquet`.
 * @param source The file, for messages.
 * @throws PoolishError (kind file) naming what is missing or wrong.
 */
export async function simulationsFromParquet(bytes: Uint8Array, source = "simulations"): Promise<Simulations> {
  const { table, metadata } = await tableFromParquet(bytes, source);
  const { simulator, seed, parameters, columns, conditions } = readHeader(metadata.poolish, source);
  const read = (prefix: string, specs: readonly { readonly name: string }[]): Float64Array =>
    interleave(
      table,
      specs.map(({ name }) => `${prefix}.${name}`),
      source,
    );
  const rows = {
    simulator,
    seed,
    count: table.numRows,
    parameters,
    columns,
    conditions,
    theta: read("theta", parameters),
    x: read("x", columns),
    conditionValues: read("condition", conditions),
  };
  return Object.hasOwn(table.columns, "simulation")
    ? gatherTrials(rows, interleave(table, ["simulation"], source), source)
    : rows;
}

/** Rows of trials as simulations that are sets of them. */
function gatherTrials(rows: Simulations, simulationOfTrial: Float64Array, source: string): Simulations {
  const firsts: number[] = [];
  simulationOfTrial.forEach((simulation, row) => {
    if (simulation === firsts.length) firsts.push(row);
    else if (simulation !== firsts.length - 1) throw fault(source, "its column simulation does not count up from 0");
  });
  const numTrials = Int32Array.from(firsts, (first, i) => (firsts[i + 1] ?? rows.count) - first);
  const theta = rowsOf(rows.theta, rows.parameters.length, Int32Array.from(firsts));
  return { ...rows, count: firsts.length, theta, numTrials };
}

/** The named columns of the table, row-major. */
function interleave(table: Table, names: readonly string[], source: string): Float64Array {
  const values = new Float64Array(table.numRows * names.length);
  names.forEach((name, c) => {
    const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
    if (!(column instanceof Float64Array)) throw fault(source, `there is no column of numbers called ${name}`);
    column.forEach((value, row) => {
      values[row * names.length + c] = value;
    });
  });
  return values;
}

function fault(source: string, message: string): PoolishError {
  return new PoolishError(message, {
    kind: "file",
    field: source,
    remedy: "Pass a file that saveSimulations of this version wrote, or simulate again.",
  });
}

function readHeader(text: string | undefined, source: string): Header {
  const header = parseJson(text ?? "null", source);
  if (header?.format !== "poolish-simulations") throw fault(source, "the table holds no simulations");
  if (header.version !== 1) throw fault(source, `simulations of version ${header.version} cannot be read`);
  const { simulator, seed } = header;
  if (typeof simulator !== "string") throw fault(source, "its metadata is wrong at simulator");
  if (typeof seed !== "number" || !Number.isSafeInteger(seed)) throw fault(source, "its metadata is wrong at seed");
  const parameters = parameterSchema.array().min(1).safeParse(header.parameters);
  if (!parameters.success) throw fault(source, "its metadata is wrong at parameters");
  const columns = columnSchema.array().min(1).safeParse(header.columns);
  if (!columns.success) throw fault(source, "its metadata is wrong at columns");
  // Files of the first releases have no conditions.
  const conditions = columnSchema.array().safeParse(header.conditions ?? []);
  if (!conditions.success) throw fault(source, "its metadata is wrong at conditions");
  return {
    format: "poolish-simulations",
    version: 1,
    simulator,
    seed,
    parameters: parameters.data,
    columns: columns.data,
    conditions: conditions.data,
  };
}

function parseJson(text: string, source: string): { readonly [key: string]: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    throw fault(source, "its metadata is not JSON");
  }
}
