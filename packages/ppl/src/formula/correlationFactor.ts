import { lkjCholesky } from "@poolish/distributions";
import type { ModelContext } from "../model/model.ts";
import type { Node } from "../trace/node.ts";
import type { GroupPlan } from "./parameterPlan.ts";

/** Rows of the lower Cholesky factor of a correlation matrix; row k has k + 1 numbers. */
export type CorrelationFactor = readonly (readonly Node[])[];

/**
 * Samples the correlations between the coefficients of a group as a Cholesky factor (LKJ) and records each correlation
 * by the two coefficients, "v_1~conf|subject_correlation"; undefined where coefficients are independent.
 */
export function correlationFactor(
  { sample, deterministic }: ModelContext,
  { correlation }: GroupPlan,
): CorrelationFactor | undefined {
  if (correlation === undefined) return undefined;
  const { name, shape, pairs } = correlation;
  const size = pairs.length + 1;
  const factor = sample(`${name}_cholesky`, lkjCholesky(size, shape));
  const rows = Array.from({ length: size }, (_, i) => Array.from({ length: i + 1 }, (_, j) => factor.element(i, j)));
  pairs.forEach((names, i) => {
    names.forEach((pair, j) => {
      deterministic(pair, innerProduct(rows[i + 1], rows[j]));
    });
  });
  return rows;
}

function innerProduct(long: readonly Node[], short: readonly Node[]): Node {
  return short.map((x, k) => x.mul(long[k])).reduce((sum, term) => sum.add(term));
}
