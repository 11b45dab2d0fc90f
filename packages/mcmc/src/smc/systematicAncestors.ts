/**
 * Systematic resampling (Carpenter, Clifford & Fearnhead 1999) of particles [from, to) into as many ancestors: slot i
 * gets the particle in whose share of the total weight the point (i + offset) / (to - from) falls, offset uniform on
 * (0, 1). A particle of normalised weight w leaves ⌊nw⌋ or ⌈nw⌉ copies, side by side. Overwrites ancestors[from … to).
 */
export function systematicAncestors(
  weights: Float64Array,
  from: number,
  to: number,
  offset: number,
  ancestors: Int32Array,
): void {
  let total = 0;
  for (let i = from; i < to; i++) total += weights[i];
  const spacing = total / (to - from);
  let source = from;
  let cumulative = weights[from];
  let last = from;
  for (let i = from; i < to; i++) {
    const point = (i - from + offset) * spacing;
    while (cumulative <= point && source < to - 1) {
      source++;
      cumulative += weights[source];
    }
    // Rounding may lead past the last positive weight; a particle of weight 0 must not come back.
    if (weights[source] > 0) last = source;
    ancestors[i] = last;
  }
}
