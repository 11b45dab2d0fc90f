/** A mixture of K normals at one θ row. */
export interface MixtureRow {
  readonly weight: Float64Array;
  readonly logWeight: Float64Array;
  readonly center: Float64Array;
  readonly inverseDeviation: Float64Array;
  /** center - location = scale · offset. */
  readonly relativeCenter: Float64Array;
  scale: number;
}

export function createMixtureRow(numComponents: number): MixtureRow {
  return {
    weight: new Float64Array(numComponents),
    logWeight: new Float64Array(numComponents),
    center: new Float64Array(numComponents),
    inverseDeviation: new Float64Array(numComponents),
    relativeCenter: new Float64Array(numComponents),
    scale: 1,
  };
}

/** Overwrites `row` with the mixture that the network's outputs from `outputs[from]` mean (see `CountMixture`). */
export function readMixtureRow(row: MixtureRow, outputs: Float64Array, from: number): void {
  const K = row.weight.length;
  let largest = -Infinity;
  for (let j = 0; j < K; j++) if (outputs[from + j] > largest) largest = outputs[from + j];
  let total = 0;
  for (let j = 0; j < K; j++) total += Math.exp(outputs[from + j] - largest);
  const logTotal = largest + Math.log(total);
  const location = outputs[from + 3 * K];
  row.scale = Math.exp(outputs[from + 3 * K + 1]);
  for (let j = 0; j < K; j++) {
    row.logWeight[j] = outputs[from + j] - logTotal;
    row.weight[j] = Math.exp(row.logWeight[j]);
    row.relativeCenter[j] = row.scale * outputs[from + K + j];
    row.center[j] = location + row.relativeCenter[j];
    row.inverseDeviation[j] = Math.exp(-outputs[from + 2 * K + j]) / row.scale;
  }
}
