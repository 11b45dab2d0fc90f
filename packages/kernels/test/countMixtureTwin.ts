import { scaledErfc } from "@poolish/math";

/** What a mixture gives to one interval, with how far a float64 computation may be off. */
export interface TwinTerm {
  readonly mass: number;
  /** Of log(mass), relative to 1. */
  readonly error: number;
  /** ∂ log mass / ∂ outputs. */
  readonly partials: Float64Array;
  readonly partialErrors: Float64Array;
}

/** Φ(−|z|), in which scaledErfc has a relative error of 2e-15. */
function tail(z: number): number {
  return z * z === Infinity ? 0 : 0.5 * Math.exp(-0.5 * z * z) * scaledErfc(Math.abs(z) * Math.SQRT1_2);
}

function density(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/**
 * One term by the formulas, one component after the other. Errors: z is off by `shift` = 2e-15 · (|z| + what is subtracted
 * in it, in deviations): a dozen roundings of 1.1e-16, and an exponential within 1e-15. That changes density and tail by at
 * most (1 + |z|) · shift of themselves, their own computation by 6e-15. The kernel has a component no fainter than at 33.3
 * deviations, where density and tail are below 2e-241.
 */
export function countMixtureTwin(outputs: Float64Array, lower: number, upper: number): TwinTerm {
  const K = (outputs.length - 2) / 3;
  const location = outputs[3 * K];
  const scale = Math.exp(outputs[3 * K + 1]);
  const largest = Math.max(...outputs.subarray(0, K));
  const weights = Array.from(outputs.subarray(0, K), (logit) => Math.exp(logit - largest));
  const sumOfWeights = weights.reduce((sum, weight) => sum + weight, 0);
  const components = weights.map((unscaled, j) => {
    const offset = scale * outputs[K + j];
    const deviation = scale * Math.exp(outputs[2 * K + j]);
    const [below, above] = [lower, upper].map((at) => {
      const z = (at - location - offset) / deviation;
      const floor = Math.abs(z) > 33 ? 2e-241 : 0;
      if (!Number.isFinite(z)) return { z, density: 0, moment: 0, tail: 0, error: 0, floor };
      const shift = 2e-15 * (Math.abs(z) + (Math.abs(at) + Math.abs(location) + Math.abs(offset)) / deviation);
      const error = 6e-15 + (1 + Math.abs(z)) * shift;
      return { z, density: density(z), moment: z * density(z), tail: tail(z), error, floor };
    });
    const weight = unscaled / sumOfWeights;
    const isAround = below.z <= 0 && above.z > 0;
    const mass = isAround ? 1 - above.tail - below.tail : Math.abs(above.tail - below.tail);
    const massError = 3e-16 * mass + below.tail * below.error + above.tail * above.error + below.floor + above.floor;
    return { weight, offset, deviation, below, above, mass, massError };
  });
  const mass = components.reduce((sum, c) => sum + c.weight * c.mass, 0);
  const error = components.reduce((sum, c) => sum + c.weight * (c.massError + 6e-15 * c.mass), 0) / mass + 4e-16;
  const partials = new Float64Array(outputs.length);
  const partialErrors = new Float64Array(outputs.length);
  const put = (o: number, value: number, off: number): void => {
    partials[o] += value;
    partialErrors[o] += off;
  };
  components.forEach(({ weight, offset, deviation, below, above, mass: own, massError }, j) => {
    const factor = weight / mass;
    const shift = (factor * (below.density - above.density)) / deviation;
    const stretch = factor * (below.moment - above.moment);
    const lost = error + 6e-15;
    const densityError = (edge: typeof below): number => edge.density * (edge.error + lost) + edge.floor;
    const shiftError = (factor * (densityError(below) + densityError(above))) / deviation;
    const momentError = (edge: typeof below): number =>
      edge.density * edge.error + Math.abs(edge.moment) * (edge.error + lost) + 34 * edge.floor;
    const stretchError = factor * (momentError(below) + momentError(above));
    put(j, factor * own - weight, factor * (massError + own * lost) + 6e-15 * weight);
    put(K + j, shift * scale, shiftError * scale);
    put(2 * K + j, stretch, stretchError);
    put(3 * K, shift, shiftError);
    put(3 * K + 1, stretch + shift * offset, stretchError + shiftError * Math.abs(offset));
  });
  return { mass, error, partials, partialErrors };
}
