import { isConstantSlot, type Layout, type PureInstruction } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** Two operands, by where they begin and where each of their rows begins, and the offset and length of the result. */
type Loop = (
  y: Float64Array,
  dy: Float64Array,
  width: number,
  a: number,
  aRow: Int32Array,
  b: number,
  bRow: Int32Array,
  o: number,
  n: number,
) => void;

/**
 * out[i] = Σ_k a[aRow[i] + k] b[bRow[i] + k]: rows of one against rows of the other. Matrix-vector products, products
 * with a Cholesky factor and the terms of a regression with group-level coefficients are all of this form, without a
 * copy of what the rows repeat.
 */
export function dotStep(
  { width, a, aRow, b, bRow, out }: Extract<PureInstruction, { op: "dot" }>,
  layout: Layout,
  { values, adjoints }: TapeBuffers,
): Step {
  const intoA = !isConstantSlot(layout, a);
  const intoB = !isConstantSlot(layout, b);
  // Intercept and slope are so frequent that their loops are written out: half the time.
  const multiply = width === 2 ? multiplyPairs : multiplyRows;
  const pull = width === 2 ? pullPairs : pullRows;
  return {
    forward() {
      multiply(values, adjoints, width, a.offset, aRow, b.offset, bRow, out.offset, out.size);
      return 0;
    },
    backward() {
      if (intoA) pull(values, adjoints, width, a.offset, aRow, b.offset, bRow, out.offset, out.size);
      if (intoB) pull(values, adjoints, width, b.offset, bRow, a.offset, aRow, out.offset, out.size);
    },
  };
}

const multiplyRows: Loop = (y, _dy, width, a, aRow, b, bRow, o, n) => {
  for (let i = 0; i < n; i++) {
    const p = a + aRow[i];
    const q = b + bRow[i];
    let sum = 0;
    for (let k = 0; k < width; k++) sum += y[p + k] * y[q + k];
    y[o + i] = sum;
  }
};

const multiplyPairs: Loop = (y, _dy, _width, a, aRow, b, bRow, o, n) => {
  for (let i = 0; i < n; i++) {
    const p = a + aRow[i];
    const q = b + bRow[i];
    y[o + i] = y[p] * y[q] + y[p + 1] * y[q + 1];
  }
};

/** dy[a row + k] += dy[out] y[b row + k]. */
const pullRows: Loop = (y, dy, width, a, aRow, b, bRow, o, n) => {
  for (let i = 0; i < n; i++) {
    const g = dy[o + i];
    const p = a + aRow[i];
    const q = b + bRow[i];
    for (let k = 0; k < width; k++) dy[p + k] += g * y[q + k];
  }
};

const pullPairs: Loop = (y, dy, _width, a, aRow, b, bRow, o, n) => {
  for (let i = 0; i < n; i++) {
    const g = dy[o + i];
    const p = a + aRow[i];
    const q = b + bRow[i];
    dy[p] += g * y[q];
    dy[p + 1] += g * y[q + 1];
  }
};
