import { type AmortizedPosterior, type LearnedDensity, type ParameterSpec, positive, real } from "@poolish/core";
import { standardNormal } from "@poolish/math";

const LOG_TWO_PI = Math.log(2 * Math.PI);

/** mu and log sigma, both normal with standard deviation `scale`, with correlation `rho`: sigma is positive. */
export function gaussianDensity({ mean = 1, scale = 0.5, rho = 0.6 } = {}): LearnedDensity {
  const parameters: ParameterSpec[] = [
    { name: "mu", support: real, box: [-2, 4] },
    { name: "sigma", support: positive, box: [0.1, 5] },
  ];
  const residual = Math.sqrt(1 - rho * rho);
  return {
    dim: 2,
    parameters,
    supports: [real, positive],
    logDensityAndGradient([mu, sigma], gradient) {
      gradient.fill(0);
      if (!(sigma > 0)) return -Infinity;
      const a = (mu - mean) / scale;
      const b = Math.log(sigma) / scale;
      const e = (b - rho * a) / residual;
      gradient[0] = (-a + (rho * e) / residual) / scale;
      gradient[1] = (-e / residual / scale - 1) / sigma;
      return -0.5 * (a * a + e * e) - LOG_TWO_PI - 2 * Math.log(scale) - Math.log(residual) - Math.log(sigma);
    },
    sample(rng, position) {
      const a = standardNormal(rng);
      position[0] = mean + scale * a;
      position[1] = Math.exp(scale * (rho * a + residual * standardNormal(rng)));
    },
    toDescriptor: () => ({ kind: "estimator", bytes: new Uint8Array(0), x: new Float64Array(0) }),
  };
}

/** p(mu, sigma | x): mu's mean is x. */
export const gaussianPosterior: AmortizedPosterior = {
  parameters: gaussianDensity().parameters,
  columns: [{ name: "x", kind: "continuous" }],
  at: (x) => gaussianDensity({ mean: typeof x === "number" ? x : x[0] }),
};
