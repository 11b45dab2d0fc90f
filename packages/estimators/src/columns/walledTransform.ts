/** What the logarithms at the bounds count, as a share of the interval's width. */
const WALL = 0.05;
const MOST_ITERATIONS = 60;
/**
 * Of a support that includes its bounds, θ may stand on one; nothing that is learned has mass so close. (Its inverse's square is a
 * double, too.)
 */
const LEAST_DISTANCE = 1e-150;

function distance(from: number, to: number): number {
  return Math.max(to - from, LEAST_DISTANCE);
}

/**
 * T(x) = x + w·log((x − lower)/(upper − x)), w a twentieth of the width: one to one onto the real line, yet nearly linear but
 * close to the bounds. Where a parameter's place follows the data linearly, as under a uniform prior it often does, it goes on
 * to; a logit would bend it.
 */
export function walledValue(x: number, lower: number, upper: number): number {
  return x + WALL * (upper - lower) * (Math.log(distance(lower, x)) - Math.log(distance(x, upper)));
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
  return 1 + WALL * (upper - lower) * (1 / distance(lower, x) + 1 / distance(x, upper));
}

/** The derivative of log dT/dx in x. */
export function walledLogSlopeDerivative(x: number, lower: number, upper: number): number {
  const bend = WALL * (upper - lower) * (1 / distance(x, upper) ** 2 - 1 / distance(lower, x) ** 2);
  return bend / walledSlope(x, lower, upper);
}
