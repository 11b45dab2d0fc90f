import { log1pExp, logistic } from "@poolish/math";
import type { NreRecipe } from "./nre.ts";

/**
 * The loss of one simulation, in nats: `logRatios` are those of its x with its own θ (the first) and with those of
 * `numContrasts` others. Overwrites as many numbers of `gradient` with the derivatives.
 */
export type ContrastiveLoss = (logRatios: Float64Array, numContrasts: number, gradient: Float64Array) => number;

export function contrastiveLoss({ loss, gamma }: Pick<NreRecipe, "loss" | "gamma">): ContrastiveLoss {
  switch (loss) {
    case "C":
      return (logRatios, numContrasts, gradient) => classOrNone(logRatios, numContrasts, gamma, gradient);
    case "B":
      return oneOfAll;
    case "balanced":
      return ownOrNot;
  }
}

/**
 * NRE-C (Miller et al. 2022, eqs. 4–6): K classes of equal share and "none", whose share is 1 / (1 + γ). Where one of the K
 * has made x, it and the first K − 1 contrasts are compared; where none has, all K contrasts.
 */
function classOrNone(h: Float64Array, K: number, gamma: number, gradient: Float64Array): number {
  const logGamma = Math.log(gamma);
  const logCount = Math.log(K);
  const withOwn = logNormaliser(h, 0, K, logCount, logGamma);
  const withoutOwn = logNormaliser(h, 1, K + 1, logCount, logGamma);
  const ownShare = gamma / (1 + gamma);
  const noneShare = 1 / (1 + gamma);
  for (let k = 0; k <= K; k++) {
    const byOwn = k < K ? ownShare * Math.exp(logGamma + h[k] - withOwn) : 0;
    const byNone = k > 0 ? noneShare * Math.exp(logGamma + h[k] - withoutOwn) : 0;
    gradient[k] = byOwn + byNone;
  }
  gradient[0] -= ownShare;
  return ownShare * (withOwn - logGamma - h[0]) + noneShare * (withoutOwn - logCount);
}

/** log(K + γ Σ exp h) over h[from … end). */
function logNormaliser(h: Float64Array, from: number, end: number, logCount: number, logGamma: number): number {
  let largest = logCount;
  for (let k = from; k < end; k++) largest = Math.max(largest, logGamma + h[k]);
  let sum = Math.exp(logCount - largest);
  for (let k = from; k < end; k++) sum += Math.exp(logGamma + h[k] - largest);
  return largest + Math.log(sum);
}

/** NRE-B (Durkan et al. 2020, eq. 7): minus the log-probability of the own θ among all K + 1. */
function oneOfAll(h: Float64Array, K: number, gradient: Float64Array): number {
  let largest = h[0];
  for (let k = 1; k <= K; k++) largest = Math.max(largest, h[k]);
  let sum = 0;
  for (let k = 0; k <= K; k++) {
    gradient[k] = Math.exp(h[k] - largest);
    sum += gradient[k];
  }
  for (let k = 0; k <= K; k++) gradient[k] /= sum;
  gradient[0] -= 1;
  return largest + Math.log(sum) - h[0];
}

/** NRE-A (Hermans et al. 2020, algorithm 1), the mean over the contrasts, halved so that both classes count as one. */
function ownOrNot(h: Float64Array, K: number, gradient: Float64Array): number {
  let loss = 0.5 * log1pExp(-h[0]);
  gradient[0] = -0.5 * logistic(-h[0]);
  for (let k = 1; k <= K; k++) {
    loss += (0.5 * log1pExp(h[k])) / K;
    gradient[k] = (0.5 * logistic(h[k])) / K;
  }
  return loss;
}
