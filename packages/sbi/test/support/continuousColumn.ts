import type { EncodedColumn } from "@poolish/estimators";

/** An unbounded column that is standardised already. */
export const CONTINUOUS: Extract<EncodedColumn, { kind: "continuous" }> = {
  kind: "continuous",
  transform: "identity",
  lower: -Infinity,
  upper: Infinity,
  edge: 1,
  mean: 0,
  standardDeviation: 1,
};
