import type { LayeredActivation } from "../layered/layeredSpec.ts";
import { type AffineStep, type NetworkStep, type NetworkSteps, refuseNode } from "./networkSteps.ts";

/** y = f(x·W + b). */
export interface NetworkLayer extends Omit<AffineStep, "kind"> {
  readonly activation: LayeredActivation;
}

/**
 * A chain of operations as layers, the last one affine: affine maps that meet are multiplied out, sigmoids become tanhs, and
 * log(1 + exp z), log σ(z) become softplus, which does not overflow.
 * @throws PoolishError (kind file) naming the node of an exponential or a logarithm that is no part of these.
 */
export function networkLayers({ numInputs, steps }: NetworkSteps): NetworkLayer[] {
  const layers: NetworkLayer[] = [];
  let affine = identityStep(numInputs, "input");
  for (const step of withoutLogarithms(mergeAffine(steps), numInputs)) {
    if (step.kind === "affine") affine = compose(affine, step);
    else if (step.kind === "sigmoid") {
      // σ(z) = (1 + tanh(z / 2)) / 2.
      layers.push({ ...mapped(affine, 0.5, 0), activation: "tanh" });
      affine = mapped(identityStep(affine.numOutputs, step.node), 0.5, 0.5);
    } else {
      layers.push({ ...affine, activation: activationOf(step) });
      affine = identityStep(affine.numOutputs, step.node);
    }
  }
  return [...layers, { ...affine, activation: "identity" }];
}

function activationOf({ kind, node }: Exclude<NetworkStep, AffineStep>): LayeredActivation {
  if (kind === "tanh" || kind === "relu" || kind === "softplus") return kind;
  return refuseNode(node, `${kind} is read as a part of log(1 + exp z) or of a logarithm of a sigmoid only`);
}

function identityStep(width: number, node: string): AffineStep {
  const weights = new Float64Array(width * width);
  for (let i = 0; i < width; i++) weights[i * width + i] = 1;
  return { kind: "affine", node, numInputs: width, numOutputs: width, weights, bias: new Float64Array(width) };
}

/** factor · step + offset. */
function mapped(step: AffineStep, factor: number, offset: number): AffineStep {
  return {
    ...step,
    weights: step.weights.map((weight) => factor * weight),
    bias: step.bias.map((value) => factor * value + offset),
  };
}

/** `second` after `first`. */
function compose(first: AffineStep, second: AffineStep): AffineStep {
  const { numInputs, numOutputs: width } = first;
  const { numOutputs, node } = second;
  const weights = new Float64Array(numInputs * numOutputs);
  const bias = second.bias.slice();
  for (let k = 0; k < width; k++) {
    for (let o = 0; o < numOutputs; o++) {
      const weight = second.weights[k * numOutputs + o];
      if (weight === 0) continue;
      bias[o] += first.bias[k] * weight;
      for (let i = 0; i < numInputs; i++) weights[i * numOutputs + o] += first.weights[i * width + k] * weight;
    }
  }
  return { kind: "affine", node, numInputs, numOutputs, weights, bias };
}

function mergeAffine(steps: readonly NetworkStep[]): NetworkStep[] {
  const merged: NetworkStep[] = [];
  for (const step of steps) {
    const last = merged[merged.length - 1];
    if (step.kind === "affine" && last?.kind === "affine") merged[merged.length - 1] = compose(last, step);
    else merged.push(step);
  }
  return merged;
}

/** exp, + 1, log → softplus; sigmoid, log → −softplus(−z). */
function withoutLogarithms(steps: readonly NetworkStep[], numInputs: number): NetworkStep[] {
  const out: NetworkStep[] = [];
  for (let k = 0; k < steps.length; k++) {
    const [step, next, after] = [steps[k], steps[k + 1], steps[k + 2]];
    if (step.kind === "exp" && next?.kind === "affine" && isPlusOne(next) && after?.kind === "log") {
      out.push({ kind: "softplus", node: step.node });
      k += 2;
    } else if (step.kind === "sigmoid" && next?.kind === "log") {
      const width = widthAt(steps, k, numInputs);
      const negative = mapped(identityStep(width, step.node), -1, 0);
      out.push(negative, { kind: "softplus", node: step.node }, negative);
      k++;
    } else out.push(step);
  }
  return out;
}

function isPlusOne({ numInputs, numOutputs, weights, bias }: AffineStep): boolean {
  const isIdentity = weights.every((weight, i) => weight === (i % (numOutputs + 1) === 0 ? 1 : 0));
  return numInputs === numOutputs && isIdentity && bias.every((value) => value === 1);
}

/** The width of what enters step k. */
function widthAt(steps: readonly NetworkStep[], k: number, numInputs: number): number {
  for (let j = k - 1; j >= 0; j--) {
    const step = steps[j];
    if (step.kind === "affine") return step.numOutputs;
  }
  return numInputs;
}
