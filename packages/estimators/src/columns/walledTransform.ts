/** What the logarithms at the bounds count, as a share of the interval's width. */
const WALL = 0.05;
const MOST_ITERATIONS = 60;

/**
 * T(x) = x + w·log((x − lower)/(upper − x)), w a twentieth of the width: one to one onto the real line, yet nearly linear but
 * close to the bounds. Where a parameter's place follows the data linearly, as under a uniform prior it often does, it goes on
 * to; a logit would bend it.
 */
export function walledValue(x: number, lower: number, upper: number): number {
  return x + WALL * (upper - lower) * (Math.log(x - lower) - Math.log(upper - x));
}

/** The x whose T is t, by Newton's method within a bracket, for the logit of x. */
export function walledInverse(t: number, lower: number, upper: number): number {
  const width = upper - lower;
  const wall = WALL * width;
  let low = (t - upper) / wall;
  let high = (t - lower) / wall;
  let logit = 0.5 * (low + high);
  for (let k = 0; k < MOST_ITERATIONS; k++) {
    const share = 1 / (1 + Math.exp(-logit));
    const excess = lower + width * share + wall * logit - t;
    if (excess > 0) high = logit;
    else low = logit;
    let next = logit - excess / (width * share * (1 - share) + wall);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const isDone = Math.abs(next - logit) <= 1e-14 * Math.max(1, Math.abs(next));
    logit = next;
    if (isDone) break;
  }
  return lower + width / (1 + Math.exp(-logit));
}

/** dT/dx. */
export function walledSlope(x: number, lower: number, upper: number): number {
  return 1 + WALL * (upper - lower) * (1 / (x - lower) + 1 / (upper - x));
}

/** The derivative of log dT/dx in x. */
export function walledLogSlopeDerivative(x: number, lower: number, upper: number): number {
  const bend = WALL * (upper - lower) * (1 / (upper - x) ** 2 - 1 / (x - lower) ** 2);
  return bend / walledSlope(x, lower, upper);
}
