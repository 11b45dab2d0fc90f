import type { ColumnSpec } from "@poolish/core";
import { fitCategories } from "./columns/categoryColumn.ts";
import { encodingWidth } from "./columns/encodedColumn.ts";

/** Mean and standard deviation of a known number over the training simulations. */
export interface NumberScale {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** The values of a known category that training saw, in rising order: an indicator for each but the first. */
export interface CategoryScale {
  readonly values: readonly number[];
}

/** How networks see a known condition. */
export type ConditionScale = NumberScale | CategoryScale;

/** Numbers that a condition gives to networks. */
function widthOf(scale: ConditionScale): number {
  return "values" in scale ? encodingWidth({ kind: "category", ...scale }) : 1;
}

/** Numbers that all conditions give to networks: `numConditions` of a density. */
export function conditionsWidth(scales: readonly ConditionScale[]): number {
  return scales.reduce((sum, scale) => sum + widthOf(scale), 0);
}

/** numTrials × `conditionsWidth`, row-major, from `columns` as `readCondition` has them. */
export function standardizeConditions(
  scales: readonly ConditionScale[],
  columns: readonly Float64Array[],
  numTrials: number,
): Float64Array {
  const width = conditionsWidth(scales);
  const out = new Float64Array(numTrials * width);
  let at = 0;
  scales.forEach((scale, k) => {
    const values = columns[k];
    if ("values" in scale) {
      for (let i = 0; i < numTrials; i++) if (values[i] > 0) out[i * width + at + values[i] - 1] = 1;
    } else {
      const { mean, standardDeviation } = scale;
      for (let i = 0; i < numTrials; i++) out[i * width + at] = (values[i] - mean) / standardDeviation;
    }
    at += widthOf(scale);
  });
  return out;
}

/** The scale of simulated conditions; a constant number gets a standard deviation of 1. */
export function fitConditionScale({ kind }: ColumnSpec, values: Float64Array): ConditionScale {
  if (kind === "category") return { values: fitCategories(values).values };
  // Sums of a constant need not be exact: what they leave is not its spread.
  if (values.every((value) => value === values[0])) return { mean: values[0], standardDeviation: 1 };
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  return { mean, standardDeviation: Math.sqrt(variance) };
}

/** The declared condition, with the categories that training saw. */
export function withConditionCategories(condition: ColumnSpec, scale: ConditionScale): ColumnSpec {
  return "values" in scale ? { ...condition, categories: scale.values } : condition;
}
