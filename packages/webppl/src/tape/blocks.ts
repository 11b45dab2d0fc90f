/** A function of several numbers, with derivatives: what has no short form in single numbers. Matrices are row-major. */
export interface Block {
  /** Overwrites `y`. Never throws: what has no value becomes NaN or infinite. */
  forward(x: Float64Array, y: Float64Array): void;
  /** Overwrites `xAdjoint` with the derivatives by x, from those by y. */
  backward(x: Float64Array, y: Float64Array, yAdjoint: Float64Array, xAdjoint: Float64Array): void;
}

const softmax: Block = {
  forward(x, y) {
    let largest = -Infinity;
    for (let i = 0; i < x.length; i++) largest = Math.max(largest, x[i]);
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      y[i] = Math.exp(x[i] - largest);
      sum += y[i];
    }
    for (let i = 0; i < x.length; i++) y[i] /= sum;
  },
  backward(_x, y, yAdjoint, xAdjoint) {
    let mean = 0;
    for (let i = 0; i < y.length; i++) mean += y[i] * yAdjoint[i];
    for (let i = 0; i < y.length; i++) xAdjoint[i] = y[i] * (yAdjoint[i] - mean);
  },
};

const inverse: Block = {
  forward(x, y) {
    eliminate(x, y);
  },
  /** -Yᵀ G Yᵀ (Giles 2008, "Collected matrix derivative results for forward and reverse mode AD", §2.2.3). */
  backward(_x, y, yAdjoint, xAdjoint) {
    const n = Math.sqrt(y.length);
    const product = new Float64Array(y.length);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) product[i * n + j] += y[k * n + i] * yAdjoint[k * n + j];
      }
    }
    xAdjoint.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) xAdjoint[i * n + j] -= product[i * n + k] * y[j * n + k];
      }
    }
  },
};

const determinant: Block = {
  forward(x, y) {
    y[0] = eliminate(x, new Float64Array(x.length));
  },
  /** det(X) X⁻ᵀ (ibid., §2.2.4). */
  backward(x, _y, yAdjoint, xAdjoint) {
    const n = Math.sqrt(x.length);
    const inverted = new Float64Array(x.length);
    const value = eliminate(x, inverted);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) xAdjoint[i * n + j] = yAdjoint[0] * value * inverted[j * n + i];
    }
  },
};

const cholesky: Block = {
  forward(x, y) {
    const n = Math.sqrt(x.length);
    y.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let rest = x[i * n + j];
        for (let k = 0; k < j; k++) rest -= y[i * n + k] * y[j * n + k];
        y[i * n + j] = i === j ? Math.sqrt(rest) : rest / y[j * n + j];
      }
    }
  },
  /** Smith 1995, "Differentiation of the Cholesky algorithm", as WebPPL has it: the lower triangle gets all. */
  backward(_x, y, yAdjoint, xAdjoint) {
    const n = Math.sqrt(y.length);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) xAdjoint[i * n + j] = j <= i ? yAdjoint[i * n + j] : 0;
    }
    for (let k = n - 1; k >= 0; k--) {
      for (let j = k + 1; j < n; j++) {
        for (let i = j; i < n; i++) {
          xAdjoint[i * n + k] -= xAdjoint[i * n + j] * y[j * n + k];
          xAdjoint[j * n + k] -= xAdjoint[i * n + j] * y[i * n + k];
        }
      }
      for (let j = k + 1; j < n; j++) {
        xAdjoint[j * n + k] /= y[k * n + k];
        xAdjoint[k * n + k] -= xAdjoint[j * n + k] * y[j * n + k];
      }
      xAdjoint[k * n + k] /= 2 * y[k * n + k];
    }
  },
};

/** By the names of WebPPL's nodes. */
export const blocks: Readonly<Record<string, Block>> = { cholesky, determinant, inverse, "tensor.softmax": softmax };

/** Gauss–Jordan elimination with partial pivoting: overwrites `inverted`, returns the determinant. */
function eliminate(matrix: Float64Array, inverted: Float64Array): number {
  const n = Math.sqrt(matrix.length);
  const a = Float64Array.from(matrix);
  let result = 1;
  inverted.fill(0);
  for (let i = 0; i < n; i++) inverted[i * n + i] = 1;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(a[i * n + column]) > Math.abs(a[pivot * n + column])) pivot = i;
    if (pivot !== column) {
      for (const rows of [a, inverted]) swapRows(rows, n, pivot, column);
      result = -result;
    }
    const scale = a[column * n + column];
    result *= scale;
    for (const rows of [a, inverted]) for (let j = 0; j < n; j++) rows[column * n + j] /= scale;
    for (let i = 0; i < n; i++) {
      const factor = a[i * n + column];
      if (i === column || factor === 0) continue;
      for (const rows of [a, inverted]) {
        for (let j = 0; j < n; j++) rows[i * n + j] -= factor * rows[column * n + j];
      }
    }
  }
  return result;
}

function swapRows(rows: Float64Array, n: number, i: number, j: number): void {
  for (let k = 0; k < n; k++) [rows[i * n + k], rows[j * n + k]] = [rows[j * n + k], rows[i * n + k]];
}
