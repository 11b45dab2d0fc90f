/** Running mean and variance of vectors (Welford 1962): stable, one pass. Owns its sums. */
export interface Welford {
  readonly count: number;
  add(values: Float64Array): void;
  /** The means (0 for no values): a fresh array. */
  mean(): Float64Array;
  /** The sample variances (divisor count - 1; NaN for fewer than two values): a fresh array. */
  variance(): Float64Array;
  reset(): void;
}

export function createWelford(dim: number): Welford {
  const mean = new Float64Array(dim);
  const sumSquares = new Float64Array(dim);
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(values) {
      count++;
      for (let i = 0; i < dim; i++) {
        const delta = values[i] - mean[i];
        mean[i] += delta / count;
        sumSquares[i] += delta * (values[i] - mean[i]);
      }
    },
    mean: () => mean.slice(),
    variance: () => sumSquares.map((sum) => (count < 2 ? NaN : sum / (count - 1))),
    reset() {
      count = 0;
      mean.fill(0);
      sumSquares.fill(0);
    },
  };
}
