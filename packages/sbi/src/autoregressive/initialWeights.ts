import type { Rng } from "@poolish/core";
import {
  type AutoregressiveSpec,
  branchSpec,
  columnOrder,
  type SplitNetworkSpec,
  trunkSpec,
} from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import type { LinearStart } from "./linearStart.ts";

/** At the start the components stand side by side from −0.8 to 0.8, as wide as makes their mixture's variance 1. */
const COMPONENT_SPREAD = 0.8;
const COMPONENT_JITTER = 0.05;

/**
 * Weights to start from. Matrices to hidden layers are normal with variance 1 / inputs, the first layer's biases uniform on
 * [−1, 1]; what leads to outputs is zero, so that the density begins at the linear start, its residuals shaped by one fixed
 * mixture that is nearly standard normal.
 */
export function initialWeights(rng: Rng, spec: AutoregressiveSpec, start: LinearStart): Float32Array {
  const trunk = trunkSpec(spec);
  const order = columnOrder(spec.columns);
  const parts =
    trunk === undefined
      ? []
      : [
          initialNetwork(rng, trunk.location, start.locations, start.slopes),
          initialNetwork(rng, trunk.spread, start.spreads),
        ];
  order.forEach((c, position) => {
    const isNumeric = spec.columns[c].kind !== "category";
    const biases = isNumeric ? mixtureBiases(rng, spec.numComponents) : undefined;
    parts.push(initialNetwork(rng, branchSpec(spec, position), biases));
  });
  return Float32Array.from(parts.flat());
}

/** Logits 0, means from −1 to 1, log scales: the outputs of a branch at the start. */
function mixtureBiases(rng: Rng, numComponents: number): number[] {
  const K = numComponents;
  const means = Array.from({ length: K }, (_, k) => (K === 1 ? 0 : COMPONENT_SPREAD * ((2 * k) / (K - 1) - 1)));
  const jittered = means.map((mean) => mean + COMPONENT_JITTER * standardNormal(rng));
  const logScale = 0.5 * Math.log(1 - means.reduce((sum, mean) => sum + (mean * mean) / K, 0));
  return [...new Array<number>(K).fill(0), ...jittered, ...new Array<number>(K).fill(logScale)];
}

/** In the order of `splitNetworkBlocks`. */
export function initialNetwork(
  rng: Rng,
  spec: SplitNetworkSpec,
  outputBiases?: ArrayLike<number>,
  slopes?: ArrayLike<number>,
): number[] {
  const { numRowInputs, numTermInputs, hidden, numOutputs, hasSkip } = spec;
  const inputs = numRowInputs + numTermInputs;
  const zeros = (count: number): number[] => new Array<number>(count).fill(0);
  const normals = (count: number, scale: number): number[] =>
    Array.from({ length: count }, () => scale * standardNormal(rng));
  const last = Array.from(outputBiases ?? zeros(numOutputs));
  const skip = hasSkip ? Array.from(slopes ?? zeros(inputs * numOutputs)) : [];
  if (hidden.length === 0) return [...zeros(inputs * numOutputs), ...last, ...skip];
  const first = normals(inputs * hidden[0], 1 / Math.sqrt(inputs));
  const biases = Array.from({ length: hidden[0] }, () => 2 * rng.uniform() - 1);
  const deeper = hidden
    .slice(1)
    .flatMap((width, k) => [...normals(hidden[k] * width, 1 / Math.sqrt(hidden[k])), ...zeros(width)]);
  return [...first, ...biases, ...deeper, ...zeros(hidden[hidden.length - 1] * numOutputs), ...last, ...skip];
}
