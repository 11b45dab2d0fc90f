import { type NoisePath, spreadAt } from "./noisePath.ts";

/**
 * What a field says at one point, one coordinate at a time; each form follows exactly from any other and the point z:
 * `data` E[z₀ | z], `noise` E[ε | z], `score` ∇ log p(z) = −noise/scale, `velocity` mean′·data + scale′·noise (the
 * probability flow), and `turn`, the derivative of z(t)/spread(t) in the angle, which is 0 for standard normal data.
 */
export interface FieldForms {
  readonly data: number;
  readonly noise: number;
  readonly score: number;
  readonly velocity: number;
  readonly turn: number;
}

export type FieldForm = keyof FieldForms;

/** All forms of a field at z(t) = `z` from one of them. Not at times where the path leaves `form` undetermined. */
export function convertField(path: NoisePath, t: number, z: number, form: FieldForm, value: number): FieldForms {
  const turn = turnFrom(path, t, z, form, value);
  const spread = spreadAt(path, t);
  const cosine = path.mean(t) / spread;
  const sine = path.scale(t) / spread;
  const data = (cosine * z) / spread - sine * turn;
  const noise = (sine * z) / spread + cosine * turn;
  const velocity = path.meanRate(t) * data + path.scaleRate(t) * noise;
  return { data, noise, score: -noise / path.scale(t), velocity, turn };
}

function turnFrom(path: NoisePath, t: number, z: number, form: FieldForm, value: number): number {
  const spread = spreadAt(path, t);
  const cosine = path.mean(t) / spread;
  const sine = path.scale(t) / spread;
  const u = z / spread;
  switch (form) {
    case "turn":
      return value;
    case "data":
      return (cosine * u - value) / sine;
    case "noise":
      return (value - sine * u) / cosine;
    case "score":
      return (-value * path.scale(t) - sine * u) / cosine;
    case "velocity": {
      const meanRate = path.meanRate(t);
      const scaleRate = path.scaleRate(t);
      return (value - (meanRate * cosine + scaleRate * sine) * u) / (scaleRate * cosine - meanRate * sine);
    }
  }
}
