/** What is left of a unit vector that lies in the span of the others is rounding of this order. */
const NEGLIGIBLE = 1e-10;

/**
 * An orthonormal basis of the span of `vectors` (numVectors × dim, row-major; not written to), as rows of a matrix
 * rank × dim: Gram–Schmidt with each projection done twice ("twice is enough", Giraud et al. 2005). A vector of whose
 * direction less than 1e-10 is new is dropped, as are those that are zero or not finite.
 */
export function orthonormalBasis(vectors: Float64Array, dim: number): Float64Array {
  const numVectors = vectors.length / dim;
  const basis = new Float64Array(Math.min(numVectors, dim) * dim);
  const vector = new Float64Array(dim);
  let rank = 0;
  for (let k = 0; k < numVectors && rank < dim; k++) {
    for (let i = 0; i < dim; i++) vector[i] = vectors[k * dim + i];
    if (!normalize(vector, 0)) continue;
    projectOut(basis, rank, vector);
    if (!normalize(vector, NEGLIGIBLE)) continue;
    projectOut(basis, rank, vector);
    normalize(vector, 0);
    basis.set(vector, rank * dim);
    rank++;
  }
  return basis.slice(0, rank * dim);
}

/** Scales to length 1; false when the length is not above `threshold` or not finite. */
function normalize(vector: Float64Array, threshold: number): boolean {
  let squared = 0;
  for (let i = 0; i < vector.length; i++) squared += vector[i] * vector[i];
  const norm = Math.sqrt(squared);
  if (!(norm > threshold && norm < Infinity)) return false;
  for (let i = 0; i < vector.length; i++) vector[i] /= norm;
  return true;
}

/** Takes the components along the first `rank` rows of `basis` out of `vector`. */
function projectOut(basis: Float64Array, rank: number, vector: Float64Array): void {
  const dim = vector.length;
  for (let k = 0; k < rank; k++) {
    let component = 0;
    for (let i = 0; i < dim; i++) component += basis[k * dim + i] * vector[i];
    for (let i = 0; i < dim; i++) vector[i] -= component * basis[k * dim + i];
  }
}
