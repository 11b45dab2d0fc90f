import { PoolishError } from "@poolish/core";
import type { ContinuousColumn } from "@poolish/estimators";
import type { DensityProblem } from "./densityPlan.ts";

/**
 * The encoded columns of a density that takes continuous ones only.
 * @throws PoolishError naming a column of another kind, with the `remedy`.
 */
export function continuousColumns(
  density: string,
  { columns, names }: Pick<DensityProblem, "columns" | "names">,
  remedy = 'Leave density out, or pass "autoregressive".',
): ContinuousColumn[] {
  return columns.map((column, c) => {
    if (column.kind === "continuous") return column;
    throw new PoolishError(`the density "${density}" learns continuous columns, this one is of kind ${column.kind}`, {
      kind: "input",
      field: names[c],
      remedy,
    });
  });
}
