const LEAST = 0.001;

function bins(raw: readonly number[]): number[] {
  const most = Math.max(...raw);
  const total = raw.reduce((sum, value) => sum + Math.exp(value - most), 0);
  return raw.map((value) => LEAST + (1 - LEAST * raw.length) * (Math.exp(value - most) / total));
}

/** The float64 twin of the spline: Durkan et al. 2019, eq. 4 and 5, as written there. Also says how wide the bin is. */
export function splineTwin(x: number, parameters: readonly number[], bound: number) {
  const numBins = (parameters.length + 1) / 3;
  if (!(Math.abs(x) <= bound)) return { z: x, logSlope: 0, share: 1, slope: 1 };
  const widths = bins(parameters.slice(0, numBins)).map((width) => 2 * bound * width);
  const heights = bins(parameters.slice(numBins, 2 * numBins)).map((height) => 2 * bound * height);
  const shift = Math.log(Math.expm1(1 - LEAST));
  const slopes = [1, ...parameters.slice(2 * numBins).map((raw) => LEAST + Math.log1p(Math.exp(raw + shift))), 1];
  let bin = 0;
  let [left, bottom] = [-bound, -bound];
  while (bin < numBins - 1 && x >= left + widths[bin]) {
    left += widths[bin];
    bottom += heights[bin];
    bin++;
  }
  const s = heights[bin] / widths[bin];
  const xi = (x - left) / widths[bin];
  const [d0, d1] = [slopes[bin], slopes[bin + 1]];
  const denominator = s + (d1 + d0 - 2 * s) * xi * (1 - xi);
  const z = bottom + (heights[bin] * (s * xi ** 2 + d0 * xi * (1 - xi))) / denominator;
  const slope = (s ** 2 * (d1 * xi ** 2 + 2 * s * xi * (1 - xi) + d0 * (1 - xi) ** 2)) / denominator ** 2;
  return { z, logSlope: Math.log(slope), share: widths[bin] / (2 * bound), slope };
}
