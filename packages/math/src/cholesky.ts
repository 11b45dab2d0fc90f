/**
 * The lower factor of a symmetric positive definite matrix (dim × dim, row-major; its lower triangle is read) by Golub &
 * Van Loan 2013, algorithm 4.2.1: a fresh matrix with zeros above the diagonal. Undefined when it is not positive definite.
 */
export function cholesky(matrix: Float64Array, dim: number): Float64Array | undefined {
  const factor = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * dim + j];
      for (let k = 0; k < j; k++) sum -= factor[i * dim + k] * factor[j * dim + k];
      if (i !== j) factor[i * dim + j] = sum / factor[j * dim + j];
      else if (sum > 0 && sum < Infinity) factor[i * dim + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}
