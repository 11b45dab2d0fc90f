/** Mean and standard deviation of a known condition over the training simulations. */
export interface ConditionScale {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** numTrials × conditions, row-major, standardised. */
export function standardizeConditions(
  scales: readonly ConditionScale[],
  columns: readonly Float64Array[],
  numTrials: number,
): Float64Array {
  const width = scales.length;
  const out = new Float64Array(numTrials * width);
  scales.forEach(({ mean, standardDeviation }, k) => {
    for (let i = 0; i < numTrials; i++) out[i * width + k] = (columns[k][i] - mean) / standardDeviation;
  });
  return out;
}

/** The scale of simulated conditions; a constant condition gets a standard deviation of 1. */
export function fitConditionScale(values: Float64Array): ConditionScale {
  // Sums of a constant need not be exact: what they leave is not its spread.
  if (values.every((value) => value === values[0])) return { mean: values[0], standardDeviation: 1 };
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  return { mean, standardDeviation: Math.sqrt(variance) };
}
