/**
 * Adds what an operand of a binary operation contributes to the gradient: the adjoints of the n results at `o`, each
 * times the derivative in the operand, go to the operand's adjoint at `self`. The other operand at `other` repeats one
 * number (stride 0) or walks (stride 1).
 */
type PullLoop = (
  y: Float64Array,
  dy: Float64Array,
  self: number,
  other: number,
  otherStride: 0 | 1,
  o: number,
  n: number,
) => void;

/** One derivative, for an operand of n numbers and for a single number that was repeated: that one is summed in a register. */
export interface Pull {
  readonly intoVector: PullLoop;
  readonly intoScalar: PullLoop;
}

/** ∂(a + b)/∂a, ∂(a - b)/∂a: 1. */
export const pullUnchanged: Pull = {
  intoVector(_y, dy, self, _other, _stride, o, n) {
    for (let i = 0; i < n; i++) dy[self + i] += dy[o + i];
  },
  intoScalar(_y, dy, self, _other, _stride, o, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += dy[o + i];
    dy[self] += sum;
  },
};

/** ∂(a - b)/∂b: -1. */
export const pullNegated: Pull = {
  intoVector(_y, dy, self, _other, _stride, o, n) {
    for (let i = 0; i < n; i++) dy[self + i] -= dy[o + i];
  },
  intoScalar(_y, dy, self, _other, _stride, o, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += dy[o + i];
    dy[self] -= sum;
  },
};

/** ∂(a b)/∂a: b. */
export const pullTimesOther: Pull = {
  intoVector(y, dy, self, other, stride, o, n) {
    for (let i = 0, j = other; i < n; i++, j += stride) dy[self + i] += dy[o + i] * y[j];
  },
  intoScalar(y, dy, self, other, stride, o, n) {
    let sum = 0;
    for (let i = 0, j = other; i < n; i++, j += stride) sum += dy[o + i] * y[j];
    dy[self] += sum;
  },
};

/** ∂(a / b)/∂a: 1 / b. */
export const pullOverOther: Pull = {
  intoVector(y, dy, self, other, stride, o, n) {
    for (let i = 0, j = other; i < n; i++, j += stride) dy[self + i] += dy[o + i] / y[j];
  },
  intoScalar(y, dy, self, other, stride, o, n) {
    let sum = 0;
    for (let i = 0, j = other; i < n; i++, j += stride) sum += dy[o + i] / y[j];
    dy[self] += sum;
  },
};

/** ∂(a / b)/∂b: -(a / b) / b. */
export const pullDivisor: Pull = {
  intoVector(y, dy, self, _other, _stride, o, n) {
    for (let i = 0; i < n; i++) dy[self + i] -= (dy[o + i] * y[o + i]) / y[self + i];
  },
  intoScalar(y, dy, self, _other, _stride, o, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += dy[o + i] * y[o + i];
    dy[self] -= sum / y[self];
  },
};

/** ∂aᵇ/∂a: b aᵇ⁻¹. */
export const pullBase: Pull = {
  intoVector(y, dy, self, other, stride, o, n) {
    for (let i = 0, j = other; i < n; i++, j += stride) dy[self + i] += dy[o + i] * y[j] * y[self + i] ** (y[j] - 1);
  },
  intoScalar(y, dy, self, other, stride, o, n) {
    let sum = 0;
    for (let i = 0, j = other; i < n; i++, j += stride) sum += dy[o + i] * y[j] * y[self] ** (y[j] - 1);
    dy[self] += sum;
  },
};

/** ∂aᵇ/∂b: aᵇ log a, whose limit at a = 0 is 0 for b > 0. */
export const pullExponent: Pull = {
  intoVector(y, dy, self, other, stride, o, n) {
    for (let i = 0, j = other; i < n; i++, j += stride) {
      if (y[j] > 0) dy[self + i] += dy[o + i] * y[o + i] * Math.log(y[j]);
    }
  },
  intoScalar(y, dy, self, other, stride, o, n) {
    let sum = 0;
    for (let i = 0, j = other; i < n; i++, j += stride) {
      if (y[j] > 0) sum += dy[o + i] * y[o + i] * Math.log(y[j]);
    }
    dy[self] += sum;
  },
};

/** The slope of a choice between the operands: 1 where this one was chosen, else 0. */
function pullWhere(isChosen: (self: number, other: number) => boolean): Pull {
  return {
    intoVector(y, dy, self, other, stride, o, n) {
      for (let i = 0, j = other; i < n; i++, j += stride) if (isChosen(y[self + i], y[j])) dy[self + i] += dy[o + i];
    },
    intoScalar(y, dy, self, other, stride, o, n) {
      for (let i = 0, j = other; i < n; i++, j += stride) if (isChosen(y[self], y[j])) dy[self] += dy[o + i];
    },
  };
}

// Where both are equal the slope goes to the left one.
export const pullIfAtMost: Pull = pullWhere((self, other) => self <= other);
export const pullIfBelow: Pull = pullWhere((self, other) => self < other);
export const pullIfAtLeast: Pull = pullWhere((self, other) => self >= other);
export const pullIfAbove: Pull = pullWhere((self, other) => self > other);
