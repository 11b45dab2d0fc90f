/** Halvings of the step: a likelihood that spans e^(10^9) still finds its first step among the doubles. */
const MAX_BISECTIONS = 100;
/** Relative width at which the bisection ends. */
const TOLERANCE = 1e-4;

/**
 * The highest temperature up to 1 whose conditional effective sample size is the share `share` of the particles:
 * CESS / n = (Σ W w)² / Σ W w² with normalised weights W and incremental weights w = likelihood^step (Zhou, Johansen &
 * Aston 2016, "Toward automatic model comparison", eq. 3.17). Particles of likelihood 0 are left out on both sides: any
 * step loses all of them, so a small one would save none.
 */
export function nextTemperature(
  weights: Float64Array,
  logLikelihood: Float64Array,
  temperature: number,
  share: number,
): number {
  const largest = 1 - temperature;
  if (conditionalShare(weights, logLikelihood, largest) >= share) return 1;
  let low = 0;
  let high = largest;
  for (let k = 0; k < MAX_BISECTIONS && high - low > TOLERANCE * high; k++) {
    const middle = (low + high) / 2;
    if (conditionalShare(weights, logLikelihood, middle) >= share) low = middle;
    else high = middle;
  }
  return temperature + (low > 0 ? low : high);
}

/** CESS / n after a step of `step`, among the particles that can survive it. */
export function conditionalShare(weights: Float64Array, logLikelihood: Float64Array, step: number): number {
  let largest = -Infinity;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] > 0) largest = Math.max(largest, logLikelihood[i]);
  }
  let mass = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) {
    if (!(weights[i] > 0 && logLikelihood[i] > -Infinity)) continue;
    const increment = Math.exp(step * (logLikelihood[i] - largest));
    mass += weights[i];
    sum += weights[i] * increment;
    squares += weights[i] * increment * increment;
  }
  return (sum * sum) / (mass * squares);
}
