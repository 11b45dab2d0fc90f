import { exponential } from "./exponential";
import { componentBytes, mixtureBytes } from "./layout";

/** √(log₂ e / 2): with y = this·z the normal's exp(−z²/2) is 2^(−y²). */
const SLOPE: f64 = 0.8493218002880191;

/** e^x of `bytes` (a multiple of 16) of numbers, in place; their sum, of which the order is fixed. */
function exponentiate(x: usize, bytes: usize): f64 {
  let sum: f64 = 0;
  for (const end = x + bytes; x < end; x += 16) {
    const value = exponential(v128.load(x));
    v128.store(x, value);
    sum = sum + f64x2.extract_lane(value, 0) + f64x2.extract_lane(value, 1);
  }
  return sum;
}

/** Overwrites the mixture at `weight` (see layout.ts) with the one that a row of outputs means. */
function readMixture(outputs: usize, weight: usize, numComponents: i32): void {
  const components = componentBytes(numComponents), bytes = <usize>numComponents << 3, last = bytes - 8;
  const center = weight + components, slope = center + components, relative = slope + components;
  const location = load<f64>(outputs + 3 * bytes);
  const scale = f64x2.extract_lane(exponential(v128.load64_splat(outputs + 3 * bytes + 8)), 0);
  let largest = -Infinity;
  for (let j: usize = 0; j < bytes; j += 8) {
    const logit = load<f64>(outputs + j);
    if (logit > largest) largest = logit;
  }
  for (let j: usize = 0; j < components; j += 8) {
    const from = outputs + min(j, last);
    const offset = scale * load<f64>(from + bytes);
    store<f64>(weight + j, j > last ? -Infinity : load<f64>(from) - largest);
    store<f64>(slope + j, -load<f64>(from + 2 * bytes));
    store<f64>(relative + j, offset);
    store<f64>(center + j, location + offset);
  }
  const total = f64x2.splat(exponentiate(weight, components));
  exponentiate(slope, components);
  const inverseScale = f64x2.splat(SLOPE / scale);
  for (let j: usize = 0; j < components; j += 16) {
    v128.store(weight + j, f64x2.div(v128.load(weight + j), total));
    v128.store(slope + j, f64x2.mul(v128.load(slope + j), inverseScale));
  }
  store<f64>(relative + components, scale);
}

/** Overwrites `mixtures` with those of `numRows` rows of 3K + 2 outputs: K logits, offsets, logSpreads, location, logScale. */
export function readMixtures(outputs: usize, mixtures: usize, numRows: i32, numComponents: i32): void {
  const outputBytes = <usize>(3 * numComponents + 2) << 3;
  const stride = mixtureBytes(componentBytes(numComponents));
  for (let r = 0; r < numRows; r++) {
    readMixture(outputs, mixtures, numComponents);
    outputs += outputBytes;
    mixtures += stride;
  }
}
