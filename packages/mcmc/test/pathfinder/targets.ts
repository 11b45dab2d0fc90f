import type { LogDensity } from "@poolish/core";

/** Normal(mean, covariance) by its precision (dim × dim, row-major), up to a constant. */
export function gaussian(mean: readonly number[], precision: readonly number[]): LogDensity {
  const dim = mean.length;
  return {
    dim,
    valueAndGradient(q, gradient) {
      let value = 0;
      for (let i = 0; i < dim; i++) {
        gradient[i] = 0;
        for (let j = 0; j < dim; j++) gradient[i] -= precision[i * dim + j] * (q[j] - mean[j]);
        value += 0.5 * (q[i] - mean[i]) * gradient[i];
      }
      return value;
    },
  };
}

/** Independent normals with mean i and the given standard deviations. */
export function independentNormals(sds: readonly number[]): LogDensity {
  const dim = sds.length;
  return {
    dim,
    valueAndGradient(q, gradient) {
      let value = 0;
      for (let i = 0; i < dim; i++) {
        gradient[i] = -(q[i] - i) / sds[i] ** 2;
        value += 0.5 * (q[i] - i) * gradient[i];
      }
      return value;
    },
  };
}

/** A ridge of standard deviation `width` along y = x², x ~ Normal(0, 1). */
export function banana(width: number): LogDensity {
  return {
    dim: 2,
    valueAndGradient([x, y], gradient) {
      const off = (y - x * x) / width ** 2;
      gradient[0] = -x + 2 * x * off;
      gradient[1] = -off;
      return -0.5 * x * x - 0.5 * off * (y - x * x);
    },
  };
}
