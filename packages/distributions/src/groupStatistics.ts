import type { GroupedPlaces } from "./family.ts";

/** For each group the number of its x, their mean, and the sum of their squared deviations from it. */
export interface GroupStatistics {
  readonly counts: Float64Array;
  readonly means: Float64Array;
  readonly squares: Float64Array;
}

/** Means are summed twice, the second time from the first, so that large x far from 0 keep their digits; squares follow. */
export function groupStatistics({
  x,
  groupOf,
  numGroups,
}: Pick<GroupedPlaces, "x" | "groupOf" | "numGroups">): GroupStatistics {
  const counts = new Float64Array(numGroups);
  const means = new Float64Array(numGroups);
  const squares = new Float64Array(numGroups);
  for (const group of groupOf) counts[group]++;
  for (let i = 0; i < x.length; i++) means[groupOf[i]] += x[i] / counts[groupOf[i]];
  const corrections = new Float64Array(numGroups);
  for (let i = 0; i < x.length; i++) corrections[groupOf[i]] += (x[i] - means[groupOf[i]]) / counts[groupOf[i]];
  for (let g = 0; g < numGroups; g++) means[g] += corrections[g];
  for (let i = 0; i < x.length; i++) squares[groupOf[i]] += (x[i] - means[groupOf[i]]) ** 2;
  return { counts, means, squares };
}
