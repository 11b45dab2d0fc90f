/** The first column that is a combination of those before it, and which of them. */
export interface Dependency {
  readonly column: number;
  readonly of: readonly number[];
}

/** As R's `lm`: what is left of a column after the others must be more than this share of it. */
const TOLERANCE = 1e-7;

/**
 * Looks for a column that is zero or a linear combination of earlier ones, by modified Gram–Schmidt with one
 * reorthogonalisation (Golub & Van Loan 2013, §5.2.8); undefined when the columns are independent. O(rows × columns²).
 */
export function firstDependency(columns: readonly Float64Array[]): Dependency | undefined {
  const basis: Float64Array[] = [];
  // combination[k][j]: basis vector k as a combination of the columns.
  const combinations: Float64Array[] = [];
  for (let column = 0; column < columns.length; column++) {
    const rest = Float64Array.from(columns[column]);
    const combination = new Float64Array(columns.length);
    combination[column] = 1;
    const length = norm(rest);
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((vector, k) => {
        const share = innerProduct(vector, rest);
        addScaled(rest, vector, -share);
        addScaled(combination, combinations[k], -share);
      });
    }
    const left = norm(rest);
    if (!(left > TOLERANCE * length)) return { column, of: usedBy(combination, column, columns) };
    basis.push(rest.map((x) => x / left));
    combinations.push(combination.map((x) => x / left));
  }
  return undefined;
}

/** Columns whose part in the combination is more than rounding, relative to the dependent column's length. */
function usedBy(combination: Float64Array, column: number, columns: readonly Float64Array[]): number[] {
  const length = norm(columns[column]);
  return Array.from(combination.keys()).filter(
    (j) => j !== column && Math.abs(combination[j]) * norm(columns[j]) > TOLERANCE * length,
  );
}

function innerProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(innerProduct(a, a));
}

function addScaled(target: Float64Array, source: Float64Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i] += scale * source[i];
}
