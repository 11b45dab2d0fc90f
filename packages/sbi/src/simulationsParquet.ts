import { type ColumnSpec, type ParameterSpec, PoolishError } from "@poolish/core";
import { numericColumn, tableFromParquet, tableToParquet } from "@poolish/io";
import { columnOf, type Simulations } from "./simulations.ts";

/** What the Parquet metadata key `poolish` holds, as JSON; open sides of supports are null. */
interface Header {
  readonly format: "poolish-simulations";
  readonly version: 1;
  readonly simulator: string;
  readonly seed: number;
  readonly parameters: readonly ParameterSpec[];
  readonly columns: readonly ColumnSpec[];
}

/** A Parquet table with the columns `theta.NAME` and `x.NAME`, one row a simulation; seed and prior in its metadata. */
export function simulationsToParquet(simulations: Simulations): Uint8Array {
  const { parameters, columns, count, theta, x, simulator, seed } = simulations;
  const header: Header = { format: "poolish-simulations", version: 1, simulator, seed, parameters, columns };
  return tableToParquet(
    {
      numRows: count,
      columns: {
        ...Object.fromEntries(
          parameters.map(({ name }, p) => [`theta.${name}`, columnOf(theta, parameters.length, p)]),
        ),
        ...Object.fromEntries(columns.map(({ name }, c) => [`x.${name}`, columnOf(x, columns.length, c)])),
      },
    },
    { poolish: JSON.stringify(header) },
  );
}

/** The inverse of `simulationsToParquet`. @throws PoolishError (kind file) for bytes that it did not write. */
export async function simulationsFromParquet(bytes: Uint8Array): Promise<Simulations> {
  const { table, metadata } = await tableFromParquet(bytes);
  const { simulator, seed, parameters, columns } = parseHeader(metadata.poolish);
  const interleave = (names: readonly string[]): Float64Array => {
    const values = new Float64Array(table.numRows * names.length);
    names.forEach((name, c) => {
      numericColumn(table, name).forEach((value, row) => {
        values[row * names.length + c] = value;
      });
    });
    return values;
  };
  return {
    simulator,
    seed,
    count: table.numRows,
    parameters: parameters.map((parameter) => ({ ...parameter, support: openSupport(parameter.support) })),
    columns,
    theta: interleave(parameters.map(({ name }) => `theta.${name}`)),
    x: interleave(columns.map(({ name }) => `x.${name}`)),
  };
}

function openSupport({ kind, lower, upper }: ParameterSpec["support"]): ParameterSpec["support"] {
  return { kind, lower: lower ?? -Infinity, upper: upper ?? Infinity };
}

function parseHeader(text: string | undefined): Header {
  const header: Partial<Header> = text === undefined ? {} : (JSON.parse(text) as Partial<Header>);
  if (header.format === "poolish-simulations" && header.version === 1) return header as Header;
  throw new PoolishError("the table holds no simulations of this version", {
    kind: "file",
    remedy: "Pass a file that saveSimulations wrote.",
  });
}
