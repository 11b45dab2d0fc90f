import { componentBytes, mixtureBytes, relativeCenters, scales, slopes } from "./layout";

/** √(2 / log₂ e) / √(2π): the normal's density 2^(−y²)/√(2π), per unit of y. */
const DENSITY_SCALE: f64 = 0.46971863934982566;

/**
 * ADDS to a row of the output gradient what the terms [first, last), all of that row, pull back: per pair of components
 * three sums over the terms, then the derivatives that they have in common.
 */
function pullRow(
  first: usize, last: usize, adjoint: usize, inverseTotal: usize, edgeOfTerm: usize, mixture: usize,
  y: usize, density: usize, mass: usize, gradient: usize, components: usize, bytes: usize,
): void {
  const slope = slopes(mixture, components), relative = relativeCenters(mixture, components);
  const scale = v128.load(scales(mixture, components));
  let location = f64x2.splat(0), logScale = location, responsibility = location;
  for (let j: usize = 0; j < components; j += 16) {
    let masses = f64x2.splat(0), differences = masses, moments = masses;
    for (let i = first; i < last; i++) {
      const below = <usize>load<i32>(edgeOfTerm + (i << 2)) * components + j, above = below + components;
      const a = f64x2.mul(v128.load64_splat(adjoint + (i << 3)), v128.load64_splat(inverseTotal + (i << 3)));
      const atBelow = f64x2.mul(a, v128.load(density + below)), atAbove = f64x2.mul(a, v128.load(density + above));
      masses = f64x2.add(masses, f64x2.mul(a, v128.load(mass + i * components + j)));
      differences = f64x2.add(differences, f64x2.sub(atBelow, atAbove));
      const moment = f64x2.sub(f64x2.mul(v128.load(y + below), atBelow), f64x2.mul(v128.load(y + above), atAbove));
      moments = f64x2.add(moments, moment);
    }
    const weight = v128.load(mixture + j), factor = f64x2.mul(weight, f64x2.splat(DENSITY_SCALE));
    const weighted = f64x2.mul(weight, masses);
    const shift = f64x2.mul(f64x2.mul(factor, v128.load(slope + j)), differences);
    const stretch = f64x2.mul(factor, moments);
    responsibility = f64x2.add(responsibility, weighted);
    location = f64x2.add(location, shift);
    logScale = f64x2.add(logScale, f64x2.add(stretch, f64x2.mul(shift, v128.load(relative + j))));
    addTo(gradient + j, weighted);
    addTo(gradient + bytes + j, f64x2.mul(shift, scale));
    addTo(gradient + 2 * bytes + j, stretch);
  }
  const total = f64x2.splat(sumOfLanes(responsibility));
  for (let j: usize = 0; j < components; j += 16) addTo(gradient + j, f64x2.neg(f64x2.mul(v128.load(mixture + j), total)));
  const place = gradient + 3 * bytes;
  store<f64>(place, load<f64>(place) + sumOfLanes(location));
  store<f64>(place + 8, load<f64>(place + 8) + sumOfLanes(logScale));
}

// @ts-ignore: decorator
@inline
function sumOfLanes(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** An odd number of components lets the padding lane reach the next output: it is 0 there. */
// @ts-ignore: decorator
@inline
function addTo(address: usize, value: v128): void {
  v128.store(address, f64x2.add(v128.load(address), value));
}

/** ADDS Σ adjoint · ∂ logTerm / ∂outputs to `outputGradient`, at the last evaluation. */
export function pullback(
  adjoint: usize, inverseTotal: usize, edgeOfTerm: usize, rowOfTerm: usize, numTerms: i32, mixtures: usize,
  y: usize, density: usize, mass: usize, outputGradient: usize, numComponents: i32,
): void {
  const components = componentBytes(numComponents), bytes = <usize>numComponents << 3;
  const stride = mixtureBytes(components), outputBytes = 3 * bytes + 16;
  for (let first: usize = 0, last: usize = 0; first < <usize>numTerms; first = last) {
    const row = <usize>load<i32>(rowOfTerm + (first << 2));
    for (last = first + 1; last < <usize>numTerms && <usize>load<i32>(rowOfTerm + (last << 2)) == row; ) last++;
    pullRow(
      first, last, adjoint, inverseTotal, edgeOfTerm, mixtures + row * stride,
      y, density, mass, outputGradient + row * outputBytes, components, bytes,
    );
  }
}
