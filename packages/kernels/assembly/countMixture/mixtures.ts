import { exponentiate } from "./exponential";
import { centers, componentBytes, mixtureBytes, relativeCenters, scales, slopes } from "./layout";

/** √(log₂ e / 2): with y = this·z the normal's exp(−z²/2) is 2^(−y²). */
const SLOPE: f64 = 0.8493218002880191;

/** Overwrites weights, slopes and scale of `mixture` with their logarithms, the weights' up to a constant. */
function readLogarithms(outputs: usize, mixture: usize, components: usize, bytes: usize): void {
  const slope = slopes(mixture, components), scale = scales(mixture, components), last = bytes - 8;
  let largest = -Infinity;
  for (let j: usize = 0; j < bytes; j += 8) {
    const logit = load<f64>(outputs + j);
    if (logit > largest) largest = logit;
  }
  for (let j: usize = 0; j < components; j += 8) {
    const from = outputs + min(j, last);
    store<f64>(mixture + j, j > last ? -Infinity : load<f64>(from) - largest);
    store<f64>(slope + j, -load<f64>(from + 2 * bytes));
  }
  v128.store(scale, v128.load64_splat(outputs + 3 * bytes + 8));
}

/** Overwrites `mixture` (see layout.ts) with the one that a row of outputs means. */
function readMixture(outputs: usize, mixture: usize, components: usize, bytes: usize): void {
  const slope = slopes(mixture, components), center = centers(mixture, components);
  const relative = relativeCenters(mixture, components), last = bytes - 8;
  readLogarithms(outputs, mixture, components, bytes);
  // The second half of the mixture is as long as the first, and not filled yet.
  exponentiate(mixture, center, 2 * components + 16);
  const location = load<f64>(outputs + 3 * bytes), scale = load<f64>(scales(mixture, components));
  let total: f64 = 0;
  for (let j: usize = 0; j < components; j += 8) {
    const offset = scale * load<f64>(outputs + bytes + min(j, last));
    store<f64>(relative + j, offset);
    store<f64>(center + j, location + offset);
    total += load<f64>(mixture + j);
  }
  const totals = f64x2.splat(total), inverseScale = f64x2.splat(SLOPE / scale);
  for (let j: usize = 0; j < components; j += 16) {
    v128.store(mixture + j, f64x2.div(v128.load(mixture + j), totals));
    v128.store(slope + j, f64x2.mul(v128.load(slope + j), inverseScale));
  }
}

/** Overwrites `mixtures` with those of `numRows` rows of 3K + 2 outputs: K logits, offsets, logSpreads, location, logScale. */
export function readMixtures(outputs: usize, mixtures: usize, numRows: i32, numComponents: i32): void {
  const components = componentBytes(numComponents), bytes = <usize>numComponents << 3;
  const stride = mixtureBytes(components), outputBytes = 3 * bytes + 16;
  for (let r = 0; r < numRows; r++) {
    readMixture(outputs, mixtures, components, bytes);
    outputs += outputBytes;
    mixtures += stride;
  }
}
