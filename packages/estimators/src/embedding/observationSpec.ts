import type { ColumnSpec } from "@poolish/core";
import type { EmbeddingSpec } from "./embeddingSpec.ts";
import type { ObservationInput } from "./observationInput.ts";

/** How observations become what an estimator conditions on: columns, the inputs of a network, its summaries. */
export interface ObservationSpec {
  /** Columns of x, known conditions after them. */
  readonly columns: readonly ColumnSpec[];
  readonly inputs: readonly ObservationInput[];
  readonly embedding: EmbeddingSpec;
}
