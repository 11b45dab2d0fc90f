/** A density on an even grid over a rectangle: size × size, row-major, y outer. */
export interface PlaneDensity {
  readonly size: number;
  readonly density: Float64Array;
}

const SIZE = 48;

/** Standard deviation times n^(-1/6): Scott's rule for two dimensions (1992, "Multivariate Density Estimation", §6.3). */
function bandwidth(values: ArrayLike<number>, step: number): number {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i] / n;
  let variance = 0;
  for (let i = 0; i < n; i++) variance += (values[i] - mean) ** 2 / n;
  return Math.max(Math.sqrt(variance) * n ** (-1 / 6), step);
}

/** Smooths along one axis; mass that would leave the grid is reflected at its edge. */
function smooth(grid: Float64Array, stride: number, across: number, width: number): Float64Array {
  const kernel = Float64Array.from({ length: 2 * SIZE }, (_, k) => Math.exp(-0.5 * (k / width) ** 2));
  const out = new Float64Array(grid.length);
  for (let line = 0; line < SIZE; line++) {
    for (let i = 0; i < SIZE; i++) {
      const mass = grid[line * across + i * stride];
      if (mass === 0) continue;
      for (let j = 0; j < SIZE; j++) {
        const weight = kernel[Math.abs(i - j)] + kernel[i + j + 1] + (kernel[2 * SIZE - i - j - 1] ?? 0);
        out[line * across + j * stride] += mass * weight;
      }
    }
  }
  return out;
}

/** Gaussian kernel density of finite pairs, up to a factor, on 48 × 48 cells of the two ranges, which must hold all pairs. */
export function planeDensity(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  [left, right]: readonly [number, number],
  [bottom, top]: readonly [number, number],
): PlaneDensity {
  const xStep = (right - left) / SIZE;
  const yStep = (top - bottom) / SIZE;
  const cell = (value: number, lower: number, step: number): number =>
    Math.min(Math.max(Math.floor((value - lower) / step), 0), SIZE - 1);
  const counts = new Float64Array(SIZE * SIZE);
  for (let i = 0; i < x.length; i++) counts[cell(y[i], bottom, yStep) * SIZE + cell(x[i], left, xStep)]++;
  const along = smooth(counts, 1, SIZE, bandwidth(x, xStep) / xStep);
  return { size: SIZE, density: smooth(along, SIZE, 1, bandwidth(y, yStep) / yStep) };
}
