import { interval, positive, type Rng, real } from "@poolish/core";
import { standardNormal } from "@poolish/math";

/** One decision: the response time in seconds, and which boundary was reached (−1 the lower, 1 the upper). */
export interface Decision {
  readonly rt: number;
  readonly response: -1 | 1;
}

/** What a decision depends on: drift, half the boundary separation, relative start, non-decision time, the angle of collapse. */
export interface AngleParameters {
  readonly v: number;
  readonly a: number;
  readonly z: number;
  readonly t: number;
  readonly theta: number;
}

/** Seconds a step, as in ssm-simulators, whose runs the network was trained on. */
const STEP = 1e-3;
/** Seconds after which evidence is no longer gathered. */
const LONGEST = 20;

/**
 * A diffusion between boundaries that collapse linearly: dx = v dt + dW from x = (2z − 1) a until |x| reaches
 * max(0, a − s tan θ) at the decision time s; rt = s + t (Fengler et al. 2021, eLife 10:e65074, "angle"). Euler–Maruyama.
 */
export function simulateAngle(rng: Rng, { v, a, z, t, theta }: AngleParameters): Decision {
  const slope = Math.tan(theta);
  const spread = Math.sqrt(STEP);
  let x = (2 * z - 1) * a;
  let s = 0;
  while (Math.abs(x) <= Math.max(0, a - s * slope) && s < LONGEST) {
    x += v * STEP + spread * standardNormal(rng);
    s += STEP;
  }
  return { rt: s + t, response: x > 0 ? 1 : -1 };
}

/** The inputs of networks of this model, in their order, and the ranges that the one of LANfactory was trained in. */
export const ANGLE_PARAMETERS = [
  { name: "v", support: real, box: [-3, 3] },
  { name: "a", support: positive, box: [0.3, 3] },
  { name: "z", support: interval(0, 1), box: [0.1, 0.9] },
  { name: "t", support: positive, box: [0.001, 2] },
  { name: "theta", support: real, box: [-0.1, 1.3] },
] as const;

export const ANGLE_COLUMNS = [
  { name: "rt", kind: "continuous", bounds: { lower: "t" } },
  { name: "response", kind: "category", categories: [-1, 1] },
] as const;

/** The same of angle.onnx, which was trained here (see network/). */
export const NETWORK_PARAMETERS = [
  { name: "v", support: real, box: [-3, 3] },
  { name: "a", support: positive, box: [0.3, 2.5] },
  { name: "z", support: interval(0, 1), box: [0.2, 0.8] },
  { name: "t", support: positive, box: [0.05, 1] },
  { name: "theta", support: real, box: [0, 0.9] },
] as const;
