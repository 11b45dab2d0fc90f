import type { Rng } from "@poolish/core";
import { type FlowSpec, flowBlocks, flowNetworkSpec, LOG_SCALE_LIMIT, type MaskedBlock } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import type { LinearStart } from "../autoregressive/linearStart.ts";

/**
 * Weights to start from. What leads to a transform's parameters is 0: every transform is the identity, save that the linear
 * path of the first one, where the flow has such paths and is told a `start`, carries jointly normal columns to standard
 * normals. The other matrices are normal with variance 1 / inputs, the first layer's biases uniform on [−1, 1], so that
 * units differ.
 */
export function initialFlowWeights(rng: Rng, spec: FlowSpec, start?: LinearStart): Float32Array {
  const { numRowInputs, numTermInputs } = flowNetworkSpec(spec);
  const linear = start && spec.hasSkip ? linearBlocks(spec, start) : {};
  const initialBlock = ({ name, shape, mask }: MaskedBlock): Float32Array => {
    const fixed = linear[name];
    if (fixed !== undefined) return fixed;
    const [layer, part] = name.split(".").slice(-2);
    if (layer === "skip" || Number(layer) === spec.hidden.length) return mask.map(() => 0);
    if (part === "bias") return mask.map(() => (layer === "0" ? 2 * rng.uniform() - 1 : 0));
    const scale = 1 / Math.sqrt(layer === "0" ? numRowInputs + numTermInputs : shape[0]);
    return mask.map((free) => free * scale * standardNormal(rng));
  };
  return Float32Array.from(flowBlocks(spec).flatMap((block) => Array.from(initialBlock(block))));
}

/**
 * The first transform's linear path. With residuals r = y − m − S x of scales σ, e = (I + L)(r / σ) has the identity for its
 * covariance (see `linearStart`): e_i = (y_i − μ_i) / σ_i where μ_i = m_i + S_i x − Σ_{j<i} (σ_i L_ij / σ_j) r_j.
 */
function linearBlocks(spec: FlowSpec, { slopes, locations, spreads }: LinearStart): Record<string, Float32Array> {
  const { columns, numFeatures, numConditions, hidden } = spec;
  const D = columns.length;
  const { numOutputs, numTermInputs } = flowNetworkSpec(spec);
  const numInputs = numFeatures + numConditions;
  const ofRows = new Float32Array(numFeatures * numOutputs);
  const ofTerms = new Float32Array(numTermInputs * numOutputs);
  const biases = new Float32Array(numOutputs);
  for (let i = 0; i < D; i++) {
    const shares = Array.from({ length: i }, (_, j) => {
      const coupling = spreads[D + (i * (i - 1)) / 2 + j] ?? 0;
      return coupling * Math.exp(spreads[i] - spreads[j]);
    });
    const combined = (own: (c: number) => number): number =>
      shares.reduce((sum, share, j) => sum + share * own(j), own(i));
    for (let k = 0; k < numInputs; k++) {
      const slope = combined((c) => slopes[k * D + c]);
      if (k < numFeatures) ofRows[k * numOutputs + i] = slope;
      else ofTerms[(D + k - numFeatures) * numOutputs + i] = slope;
    }
    shares.forEach((share, j) => {
      ofTerms[j * numOutputs + i] = -share;
    });
    biases[i] = combined((c) => locations[c]);
    biases[D + i] = rawLogScale(spreads[i]);
  }
  return {
    "transform.0.skip.rowWeight": ofRows,
    "transform.0.skip.termWeight": ofTerms,
    [`transform.0.${hidden.length}.bias`]: biases,
  };
}

/** The inverse of s = raw / (1 + |raw| / limit), for scales that are not too near to the limit. */
function rawLogScale(logScale: number): number {
  const s = Math.max(-0.9 * LOG_SCALE_LIMIT, Math.min(0.9 * LOG_SCALE_LIMIT, logScale));
  return s / (1 - Math.abs(s) / LOG_SCALE_LIMIT);
}
