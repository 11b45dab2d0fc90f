import type { ScalarSupport } from "@poolish/core";

export type FeatureTransform = "identity" | "log" | "sqrt" | "logit";

/** One input of a network: a standardised function of one parameter. */
export interface Feature {
  /** Index of the parameter. */
  readonly parameter: number;
  readonly transform: FeatureTransform;
  /** Bounds of the parameter's support; a one-sided `log` or `sqrt` counts from `lower`. */
  readonly lower: number;
  readonly upper: number;
  /** Of the transformed parameter, over the training simulations. */
  readonly mean: number;
  readonly standardDeviation: number;
}

/**
 * Which functions of a parameter a network is given, by the declared support alone. A positive quantity may act through
 * its order of magnitude, its root or its size, and a network that is handed all three has little left to learn.
 */
export function transformsFor(support: ScalarSupport): readonly FeatureTransform[] {
  const isLow = support.lower > -Infinity;
  const isHigh = support.upper < Infinity;
  if (support.kind === "integer" || (!isLow && !isHigh)) return ["identity"];
  // A bound that belongs to the support has neither logarithm nor logit.
  if (isClosed(support)) return isLow && !isHigh ? ["sqrt", "identity"] : ["identity"];
  if (isLow && isHigh) return ["identity", "logit"];
  return isLow ? ["log", "sqrt", "identity"] : ["identity"];
}

function isClosed(support: ScalarSupport): boolean {
  return support.kind === "interval" && support.closed !== undefined;
}

/** The transformed parameter, not yet standardised. */
export function transformParameter(
  { transform, lower, upper }: Omit<Feature, "mean" | "standardDeviation">,
  theta: number,
): number {
  switch (transform) {
    case "identity":
      return theta;
    case "log":
      return Math.log(theta - lower);
    case "sqrt":
      return Math.sqrt(theta - lower);
    case "logit":
      return Math.log((theta - lower) / (upper - theta));
  }
}

/** The derivative of `transformParameter`. */
function transformDerivative({ transform, lower, upper }: Feature, theta: number): number {
  switch (transform) {
    case "identity":
      return 1;
    case "log":
      return 1 / (theta - lower);
    case "sqrt":
      return 0.5 / Math.sqrt(theta - lower);
    case "logit":
      return 1 / (theta - lower) + 1 / (upper - theta);
  }
}

/** Overwrites `out` (numRows × features, row-major) with the features of `theta` (numRows × numParameters). */
export function writeFeatures(
  features: readonly Feature[],
  theta: Float64Array,
  numParameters: number,
  numRows: number,
  out: Float64Array,
): void {
  const width = features.length;
  for (let f = 0; f < width; f++) {
    const feature = features[f];
    for (let r = 0; r < numRows; r++) {
      const value = transformParameter(feature, theta[r * numParameters + feature.parameter]);
      out[r * width + f] = (value - feature.mean) / feature.standardDeviation;
    }
  }
}

/** ADDS to `thetaGradient` the pullback of `featureGradient`; shapes as in `writeFeatures`. */
export function pullbackFeatures(
  features: readonly Feature[],
  theta: Float64Array,
  numParameters: number,
  numRows: number,
  featureGradient: Float64Array,
  thetaGradient: Float64Array,
): void {
  const width = features.length;
  for (let f = 0; f < width; f++) {
    const feature = features[f];
    for (let r = 0; r < numRows; r++) {
      const at = r * numParameters + feature.parameter;
      const slope = transformDerivative(feature, theta[at]) / feature.standardDeviation;
      thetaGradient[at] += featureGradient[r * width + f] * slope;
    }
  }
}

/**
 * One function of a parameter, by the declared support: what a network of several layers needs. A bounded parameter stays
 * as it is, since a logit stretches the neighbourhood of its bounds, where a simulator seldom changes faster.
 */
export function plainTransformFor(support: ScalarSupport): readonly FeatureTransform[] {
  const { kind, lower, upper } = support;
  return kind === "interval" && lower > -Infinity && upper === Infinity && !isClosed(support) ? ["log"] : ["identity"];
}

/** Fits the mean and standard deviation of each of `transforms` over `numRows` simulated θ. */
export function fitFeatures(
  supports: readonly ScalarSupport[],
  theta: Float64Array,
  numRows: number,
  transforms: (support: ScalarSupport) => readonly FeatureTransform[] = transformsFor,
): Feature[] {
  const numParameters = supports.length;
  return supports.flatMap((support, parameter) =>
    transforms(support).map((transform) => {
      const { lower, upper } = support;
      const values = Float64Array.from({ length: numRows }, (_, r) =>
        transformParameter({ parameter, transform, lower, upper }, theta[r * numParameters + parameter]),
      );
      const mean = values.reduce((sum, value) => sum + value, 0) / numRows;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numRows;
      const standardDeviation = variance > 0 ? Math.sqrt(variance) : 1;
      return { parameter, transform, lower, upper, mean, standardDeviation };
    }),
  );
}
