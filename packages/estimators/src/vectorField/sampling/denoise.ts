import type { Field } from "../field.ts";

/**
 * What data are expected behind noisy points: overwrites `data` with E[z | z + noise·ε = x], x and data both
 * numTerms × D. (The path with mean 1; see `convertField`.)
 */
export type Denoise = (x: Float64Array, noise: number, data: Float64Array) => void;

/** By the field, for the rows and terms that it is set to. */
export function fieldDenoiser(field: Field, size: number): Denoise {
  const u = new Float64Array(size);
  const turn = new Float64Array(size);
  return (x, noise, data) => {
    const angle = Math.atan(noise);
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    for (let i = 0; i < size; i++) u[i] = cosine * x[i];
    field.run(u, angle, turn);
    for (let i = 0; i < size; i++) data[i] = cosine * u[i] - sine * turn[i];
  };
}
