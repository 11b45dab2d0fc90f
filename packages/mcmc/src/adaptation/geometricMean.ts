import { type SymmetricEigen, symmetricEigen } from "@poolish/math";

/**
 * The eigenvalues and -vectors of the geometric mean of A and B⁻¹, the midpoint of the geodesic between them
 * (Bhatia 2007, "Positive definite matrices", eq. 4.10): the symmetric positive definite X with X B X = A. Both are
 * symmetric positive definite, n × n, row-major. With B = V diag(b) Vᵀ and b^½ (Vᵀ A V) b^½ = U diag(t) Uᵀ it is F Fᵀ
 * for F = V b^-½ U t^¼.
 */
export function geometricMean(a: Float64Array, b: Float64Array, n: number): SymmetricEigen {
  const ofB = symmetricEigen(b, n);
  const roots = ofB.values.map(Math.sqrt);
  // Rows of `vectors` are eigenvectors: it is Vᵀ.
  const inner = productWithTransposed(productWithTransposed(ofB.vectors, a, n), ofB.vectors, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) inner[i * n + j] *= roots[i] * roots[j];
  const ofInner = symmetricEigen(inner, n);
  const fourthRoots = ofInner.values.map((t) => Math.sqrt(Math.sqrt(Math.max(t, 0))));
  // F = V (b^-½ U t^¼), from rows: Vᵀ is transposed back and Uᵀ is what productWithTransposed wants.
  const weighted = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) weighted[k * n + i] = (fourthRoots[k] * ofInner.vectors[k * n + i]) / roots[i];
  }
  const factor = productWithTransposed(transposed(ofB.vectors, n), weighted, n);
  return symmetricEigen(productWithTransposed(factor, factor, n), n);
}

/** X Yᵀ: dot products of rows, which lie in one piece. */
function productWithTransposed(x: Float64Array, y: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += x[i * n + k] * y[j * n + k];
      product[i * n + j] = sum;
    }
  }
  return product;
}

function transposed(x: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) result[j * n + i] = x[i * n + j];
  return result;
}
