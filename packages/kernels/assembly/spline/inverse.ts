import { loadLanes, rowAddress, storeLanes } from "../lanes";
import { multiplyAdd } from "../multiplyAdd";
import { HEIGHT, HEIGHTS_BEFORE, INSIDE, LEFT, RIGHT, WIDTH, WIDTHS_BEFORE } from "./layout";
import { binStart, fillState } from "./segment";

/** The state of four rows of at most 1000 bins, for calls that keep none. */
const ownState: usize = memory.data(32256, 16);

/** Overwrites x with the inverse of the spline at z (Durkan et al. 2019, eq. 6 to 8). */
export function splineInverse(
  z: usize, zStride: usize, params: usize, stride: usize, index: usize, x: usize, xStride: usize,
  rows: i32, numBins: i32, bound: f32,
): void {
  const last = rows - 1, own = ownState + (<usize>numBins << 5);
  for (let row = 0; row < rows; row += 4) {
    const value = loadLanes(
      rowAddress(z, zStride, row, last), rowAddress(z, zStride, row + 1, last),
      rowAddress(z, zStride, row + 2, last), rowAddress(z, zStride, row + 3, last),
    );
    v128.store(own + INSIDE, f32x4.le(f32x4.abs(value), f32x4.splat(bound)));
    const u = f32x4.mul(f32x4.add(value, f32x4.splat(bound)), f32x4.splat(0.5 / bound));
    fillState(params, stride, index, row, last, u, ownState, numBins, true);
    const unit = solve(own, f32x4.sub(u, binStart(own, HEIGHTS_BEFORE, numBins)), binStart(own, WIDTHS_BEFORE, numBins));
    const found = multiplyAdd(unit, f32x4.splat(2 * bound), f32x4.splat(-bound));
    storeLanes(
      v128.bitselect(found, value, v128.load(own + INSIDE)), rowAddress(x, xStride, row, last),
      rowAddress(x, xStride, row + 1, last), rowAddress(x, xStride, row + 2, last), rowAddress(x, xStride, row + 3, last),
    );
  }
}

/** start + width·ξ with ξ = 2c / (−b − √(b² − 4ac)): the root that does not cancel. `rise` is the height within the bin. */
function solve(own: usize, rise: v128, start: v128): v128 {
  const height = v128.load(own + HEIGHT), width = v128.load(own + WIDTH), left = v128.load(own + LEFT);
  const s = f32x4.div(height, width);
  const curvature = f32x4.sub(f32x4.add(left, v128.load(own + RIGHT)), f32x4.add(s, s));
  const bent = f32x4.mul(rise, curvature);
  const a = multiplyAdd(height, f32x4.sub(s, left), bent), b = f32x4.sub(f32x4.mul(height, left), bent);
  const c = f32x4.neg(f32x4.mul(s, rise));
  const discriminant = f32x4.sub(f32x4.mul(b, b), f32x4.mul(f32x4.splat(4), f32x4.mul(a, c)));
  const root = f32x4.sqrt(f32x4.pmax(discriminant, f32x4.splat(0)));
  const xi = f32x4.div(f32x4.add(c, c), f32x4.neg(f32x4.add(b, root)));
  return multiplyAdd(width, xi, start);
}
