/**
 * How noise replaces data as time runs from 0 to 1: z(t) = mean(t)·z₀ + scale(t)·ε with ε standard normal, for data z₀ of
 * mean 0 and standard deviation 1. A path is these functions and nothing else: what is trained and sampled follows from them.
 */
export interface NoisePath {
  /** Times between which a field is learned and followed. At the last one hardly anything of the data is left. */
  readonly times: readonly [first: number, last: number];
  mean(t: number): number;
  /** A standard deviation. */
  scale(t: number): number;
  /**
   * Training visits the times first + qᵏ·(last − first), q spread evenly over [0, 1] and k this; 1 where it is left out. More
   * than 1 dwells near the data, where fine details are learned that cost much log-density, but little squared error.
   */
  readonly dwelling?: number;
  /** The derivatives of both in t. */
  meanRate(t: number): number;
  scaleRate(t: number): number;
}

/** f of the stochastic equation dz = f·z dt + g dW whose marginals are the path's (Song et al. 2021, eq. 5): mean′/mean. */
export function drift(path: NoisePath, t: number): number {
  return path.meanRate(t) / path.mean(t);
}

/** g of the same equation: g² = 2·scale·(scale′ − f·scale). */
export function diffusion(path: NoisePath, t: number): number {
  const scale = path.scale(t);
  return Math.sqrt(2 * scale * (path.scaleRate(t) - drift(path, t) * scale));
}

/**
 * The angle whose tangent is the noise-to-signal ratio scale/mean: 0 for data, π/2 for noise. z(t) divided by its standard deviation under
 * unit data depends on the angle alone, so that all paths are one road walked at different speeds.
 */
export function angleAt(path: NoisePath, t: number): number {
  return Math.atan2(path.scale(t), path.mean(t));
}

/** The standard deviation of z(t) for data of standard deviation 1. */
export function spreadAt(path: NoisePath, t: number): number {
  return Math.hypot(path.mean(t), path.scale(t));
}

/** The derivative of `angleAt` in t. */
export function angleRate(path: NoisePath, t: number): number {
  const mean = path.mean(t);
  const scale = path.scale(t);
  return (mean * path.scaleRate(t) - scale * path.meanRate(t)) / (mean * mean + scale * scale);
}
