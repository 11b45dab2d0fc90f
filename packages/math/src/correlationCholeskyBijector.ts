import type { Bijector } from "./bijector.ts";

/** log(1 / cosh(u)) without overflow. */
function logSech(u: number): number {
  const distance = Math.abs(u);
  return Math.LN2 - distance - Math.log1p(Math.exp(-2 * distance));
}

/**
 * R^(size (size-1)/2) onto Cholesky factors of correlation matrices (size × size, row-major, zeros above the diagonal),
 * `count` times, by canonical partial correlations z = tanh(u), row by row: L_ij = z_ij r_ij and L_ii = r_ii with
 * r_ij = Π_(k<j) √(1 - z_ik²) (Lewandowski, Kurowicka & Joe 2009, Journal of Multivariate Analysis 100; Stan Reference
 * Manual, "Cholesky factors of correlation matrices"). The density is with respect to the entries below the diagonal;
 * log-Jacobian Σ_i Σ_(j<i) (i + 1 - j) log sech(u_ij), counted from 0.
 */
export function correlationCholeskyBijector(size: number, count = 1): Bijector {
  const free = (size * (size - 1)) / 2;
  const area = size * size;
  return {
    unconstrainedSize: free * count,
    constrainedSize: area * count,
    constrain(u, x) {
      let logJacobian = 0;
      x.fill(0, 0, area * count);
      for (let c = 0, next = 0; c < count; c++) {
        for (let i = 0; i < size; i++) {
          logJacobian += constrainRow(u, next, x, c * area + i * size, i);
          next += i;
        }
      }
      return logJacobian;
    },
    pullback(u, x, xGradient, uGradient) {
      for (let c = 0, next = 0; c < count; c++) {
        for (let i = 0; i < size; i++) {
          pullbackRow(u, next, x, c * area + i * size, i, xGradient, uGradient);
          next += i;
        }
      }
    },
    unconstrain(x, u) {
      for (let c = 0, next = 0; c < count; c++) {
        for (let i = 0; i < size; i++) {
          unconstrainRow(x, c * area + i * size, i, u, next);
          next += i;
        }
      }
    },
  };
}

/** Row i from its i free numbers; returns its part of the log-Jacobian. */
function constrainRow(u: Float64Array, uStart: number, x: Float64Array, xStart: number, i: number): number {
  let logRest = 0;
  let logJacobian = 0;
  for (let j = 0; j < i; j++) {
    const logShrink = logSech(u[uStart + j]);
    x[xStart + j] = Math.tanh(u[uStart + j]) * Math.exp(logRest);
    logJacobian += (i + 1 - j) * logShrink;
    logRest += logShrink;
  }
  x[xStart + i] = Math.exp(logRest);
  return logJacobian;
}

/** u_j moves L_ij by r_ij sech²(u_j), and all entries right of it in proportion, by -tanh(u_j). */
function pullbackRow(
  u: Float64Array,
  uStart: number,
  x: Float64Array,
  xStart: number,
  i: number,
  xGradient: Float64Array,
  uGradient: Float64Array,
): void {
  let logRest = 0;
  let rightOf = 0;
  for (let j = 0; j <= i; j++) rightOf += xGradient[xStart + j] * x[xStart + j];
  for (let j = 0; j < i; j++) {
    const z = Math.tanh(u[uStart + j]);
    const logShrink = logSech(u[uStart + j]);
    rightOf -= xGradient[xStart + j] * x[xStart + j];
    uGradient[uStart + j] += xGradient[xStart + j] * Math.exp(logRest + 2 * logShrink) - z * (rightOf + i + 1 - j);
    logRest += logShrink;
  }
}

/** From the right: sinh(u_j) is L_ij over the length of what follows it in the row, which keeps the digits of both. */
function unconstrainRow(x: Float64Array, xStart: number, i: number, u: Float64Array, uStart: number): void {
  let rest = x[xStart + i];
  for (let j = i - 1; j >= 0; j--) {
    u[uStart + j] = Math.asinh(x[xStart + j] / rest);
    rest = Math.hypot(rest, x[xStart + j]);
  }
}
