import type { Rng } from "@poolish/core";
import type { Field } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import type { FieldLoss } from "./fieldLoss.ts";

/** Simulations as a field sees them: what it moves, whitened by the baseline, and what it is given. */
export interface FieldSimulations {
  readonly count: number;
  /** count × D. */
  readonly z: Float64Array;
  /** count × numFeatures; not read where `summarise` is given. */
  readonly features: Float64Array;
  /** Overwrites `features` (indices × numFeatures) with what an embedding makes of the simulations `indices`. */
  readonly summarise?: (indices: Int32Array, features: Float64Array) => void;
  /** count × numConditions. */
  readonly conditions: Float64Array;
}

/** A batch of simulations at angles of their own, with noise. Owns its buffers. */
export interface NoisyBatch {
  /** Of each simulation, in [0, 1]: how far along the path it is. To be filled before `evaluate`. */
  readonly quantiles: Float64Array;
  /** The weighted squared error of each simulation, at the last `evaluate`. */
  readonly losses: Float64Array;
  /** Takes the simulations `indices`, with fresh noise. */
  gather(indices: Int32Array, rng: Rng): void;
  /** Turns the noise round. */
  reflect(): void;
  evaluate(): void;
  /** Fills the gradient of the mean loss in the network's outputs, at the last `evaluate`. */
  writeOutputGradient(): void;
}

export function createNoisyBatch(
  field: Field,
  simulations: FieldSimulations,
  loss: FieldLoss,
  maxBatch: number,
): NoisyBatch {
  const D = field.spec.columns.length;
  const { numFeatures, numConditions } = field.spec;
  const gathered = {
    z: new Float64Array(maxBatch * D),
    features: new Float64Array(maxBatch * numFeatures),
    conditions: new Float64Array(maxBatch * numConditions),
  };
  const noise = new Float64Array(maxBatch * D);
  const u = new Float64Array(maxBatch * D);
  const target = new Float64Array(maxBatch * D);
  const turn = new Float64Array(maxBatch * D);
  const angles = new Float64Array(maxBatch);
  const quantiles = new Float64Array(maxBatch);
  const losses = new Float64Array(maxBatch);
  const itself = Int32Array.from({ length: maxBatch }, (_, i) => i);
  let count = 0;
  return {
    quantiles,
    losses,
    gather(indices, rng) {
      count = indices.length;
      takeRows(simulations.z, D, indices, gathered.z);
      if (simulations.summarise !== undefined) simulations.summarise(indices, gathered.features);
      else takeRows(simulations.features, numFeatures, indices, gathered.features);
      takeRows(simulations.conditions, numConditions, indices, gathered.conditions);
      for (let k = 0; k < count * D; k++) noise[k] = standardNormal(rng);
      field.setRows(gathered.features, count);
      field.setTerms(itself, gathered.conditions, count);
    },
    reflect() {
      for (let k = 0; k < count * D; k++) noise[k] = -noise[k];
    },
    evaluate() {
      for (let i = 0; i < count; i++) {
        angles[i] = loss.angleAt(quantiles[i]);
        const cosine = Math.cos(angles[i]);
        const sine = Math.sin(angles[i]);
        for (let k = i * D; k < (i + 1) * D; k++) {
          u[k] = cosine * gathered.z[k] + sine * noise[k];
          target[k] = cosine * noise[k] - sine * gathered.z[k];
        }
      }
      field.run(u, angles, turn);
      for (let i = 0; i < count; i++) {
        let sum = 0;
        for (let k = i * D; k < (i + 1) * D; k++) sum += (turn[k] - target[k]) ** 2;
        losses[i] = sum * loss.weightAt(quantiles[i]);
      }
    },
    writeOutputGradient() {
      const { values, stride } = field.network.outputGradient;
      for (let i = 0; i < count; i++) {
        const factor = (2 * loss.weightAt(quantiles[i])) / count;
        for (let d = 0; d < D; d++) values[i * stride + d] = factor * (turn[i * D + d] - target[i * D + d]);
      }
    },
  };
}

function takeRows(from: Float64Array, width: number, indices: Int32Array, into: Float64Array): void {
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] * width;
    for (let k = 0; k < width; k++) into[i * width + k] = from[row + k];
  }
}
