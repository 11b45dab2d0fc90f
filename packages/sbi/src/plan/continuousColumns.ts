import { PoolishError } from "@poolish/core";
import type { ContinuousColumn } from "@poolish/estimators";
import type { Encoding } from "../encodedSimulations.ts";
import type { Simulations } from "../simulations.ts";

/**
 * The encoded columns of a density that takes continuous ones only.
 * @throws PoolishError naming a column of another kind.
 */
export function continuousColumns(
  density: string,
  { columns: specs }: Pick<Simulations, "columns">,
  { columns }: Pick<Encoding, "columns">,
): ContinuousColumn[] {
  return columns.map((column, c) => {
    if (column.kind === "continuous") return column;
    throw new PoolishError(`the density "${density}" learns continuous columns, this one is of kind ${column.kind}`, {
      kind: "input",
      field: specs[c].name,
      remedy: 'Leave density out, or pass "autoregressive".',
    });
  });
}
