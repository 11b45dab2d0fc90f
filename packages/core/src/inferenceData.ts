/** Values with named dimensions, row-major. Draws have the dimensions chain and draw first. */
export interface LabelledArray {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Variables by name. */
export type LabelledGroup = Readonly<Record<string, LabelledArray>>;

/**
 * Results in the ArviZ schema (https://python.arviz.org/en/stable/schema/schema.html): groups, variables and attributes
 * carry its names, hence the snake case. A coordinate labels each entry of a dimension.
 */
export interface InferenceData {
  readonly posterior: LabelledGroup;
  readonly sample_stats: LabelledGroup;
  readonly observed_data?: LabelledGroup;
  readonly constant_data?: LabelledGroup;
  readonly posterior_predictive?: LabelledGroup;
  readonly log_likelihood?: LabelledGroup;
  readonly coords: Readonly<Record<string, readonly (string | number)[]>>;
  readonly attrs: Readonly<Record<string, string | number>>;
}
