import { type Argument, counts, isPointOnSupport, positive, requireCount, type Support } from "@poolish/core";
import { digamma, logGamma, logStandardGamma } from "@poolish/math";
import { gatherNumbers, refuseWideElement } from "./component.ts";
import { vectorDistribution } from "./distribution.ts";
import type { VectorDistribution, VectorFamily } from "./family.ts";
import { isCount, isPositive } from "./familySupport.ts";

const LOG_PI = 1.1447298858494002;

/** The normaliser of Lewandowski, Kurowicka & Joe (2009), theorem 5, and its derivative by the shape. */
function logNormaliser(size: number, shape: number): readonly [value: number, slope: number] {
  const top = shape + 0.5 * (size - 1);
  let value = 0;
  let slope = 0;
  for (let k = 1; k < size; k++) {
    const own = shape + 0.5 * (size - 1 - k);
    value += logGamma(top) - 0.5 * k * LOG_PI - logGamma(own);
    slope += digamma(top) - digamma(own);
  }
  return [value, slope];
}

function supportOf(size: number): Support {
  return { kind: "correlationCholesky", size };
}

/**
 * LkjCholesky(size, shape) on the lower Cholesky factors L of size × size correlation matrices: density of L Lᵀ
 * proportional to |L Lᵀ|^(shape - 1), so that shape 1 is uniform over matrices and larger shapes prefer weak
 * correlations. Its density is with respect to the entries below the diagonal (Stan's lkj_corr_cholesky). `size` is a
 * number of the program, 2 or more, and has no slope.
 */
export const lkjCholeskyFamily: VectorFamily = {
  name: "lkjCholesky",
  eventShape: "matrix",
  isDiscrete: false,
  parameters: [
    { name: "size", support: counts },
    { name: "shape", support: positive },
  ],
  support: ([size]) => supportOf(size),
  eventSize: ([size]) => size * size,
  evaluate(count, x, columns, logTerms, partials) {
    const [sizes, shapes] = columns;
    const [xPartials, sizePartials, shapePartials] = partials;
    let lastShape = NaN;
    let constant = NaN;
    let slope = NaN;
    for (let i = 0; i < count; i++) {
      const size = sizes.values[sizes.offset + i * sizes.stride];
      const shape = shapes.values[shapes.offset + i * shapes.stride];
      const first = x.offset + i * x.stride;
      const isOn = size * size === x.width && isPositive(shape) && isPointOnSupport(supportOf(size), x.values, first);
      if (!isOn) {
        refuseWideElement(i, [x, sizes, shapes], logTerms, partials, gatherNumbers([x, sizes, shapes], i, []));
        continue;
      }
      if (shape !== lastShape) {
        lastShape = shape;
        [constant, slope] = logNormaliser(size, shape);
      }
      xPartials.fill(0, i * x.width, (i + 1) * x.width);
      logTerms[i] = constant;
      sizePartials[i] = 0;
      shapePartials[i] = slope;
      for (let k = 1; k < size; k++) {
        const pivot = x.values[first + k * (size + 1)];
        const power = size - k - 3 + 2 * shape;
        logTerms[i] += power * Math.log(pivot);
        xPartials[i * x.width + k * (size + 1)] = power / pivot;
        shapePartials[i] += 2 * Math.log(pivot);
      }
    }
  },
  /**
   * Canonical partial correlations of column j are Beta(b, b) on (-1, 1), b = shape + (size - 2 - j) / 2, counted from 0
   * (the C-vine of the same paper): tanh of half a difference of log-gammas.
   */
  sample(rng, [size, shape], out) {
    if (!(isCount(size) && isPositive(shape))) {
      out.fill(NaN);
      return;
    }
    out.fill(0, 0, size * size);
    for (let i = 0; i < size; i++) {
      let rest = 1;
      for (let j = 0; j < i; j++) {
        const b = shape + 0.5 * (size - 2 - j);
        const half = 0.5 * (logStandardGamma(rng, b) - logStandardGamma(rng, b));
        out[i * size + j] = Math.tanh(half) * rest;
        rest /= Math.cosh(half);
      }
      out[i * size + i] = rest;
    }
  },
};

/**
 * LKJ distribution of the Cholesky factor of a correlation matrix of `size` variables (a number, 2 or more), with
 * `shape` > 0. @throws PoolishError naming a bad parameter.
 */
export function lkjCholesky(size: number, shape: Argument): VectorDistribution {
  requireCount("lkjCholesky.size", size, 2);
  return vectorDistribution(lkjCholeskyFamily, [size, shape]);
}
