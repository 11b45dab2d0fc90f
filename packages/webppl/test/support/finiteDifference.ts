/** Central differences of `f` at `position`, with the step h (error h² f'''/6 + rounding ε|f|/h). */
export function finiteDifference(
  f: (position: Float64Array) => number,
  position: Float64Array,
  h = 1e-5,
): Float64Array {
  return position.map((_, i) => {
    const above = Float64Array.from(position);
    const below = Float64Array.from(position);
    above[i] += h;
    below[i] -= h;
    return (f(above) - f(below)) / (2 * h);
  });
}
