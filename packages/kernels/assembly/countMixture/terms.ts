import { componentBytes } from "./layout";
import { logarithm } from "./logarithm";

/** Φ(z above) − Φ(z below) of two components, from the tails on the side where both are small. */
// @ts-ignore: decorator
@inline
function massBetween(below: v128, above: v128, belowTail: v128, aboveTail: v128): v128 {
  const zero = f64x2.splat(0), one = f64x2.splat(1);
  const right = f64x2.sub(belowTail, aboveTail);
  const left = f64x2.sub(aboveTail, belowTail);
  const straddling = f64x2.sub(f64x2.sub(one, aboveTail), belowTail);
  return v128.bitselect(right, v128.bitselect(left, straddling, f64x2.le(above, zero)), f64x2.gt(below, zero));
}

/** Overwrites the masses of one term in each component; returns their weighted sum. */
function writeMasses(weight: usize, y: usize, tail: usize, mass: usize, components: usize): f64 {
  let sum = f64x2.splat(0);
  for (let j: usize = 0; j < components; j += 16) {
    const above = j + components;
    const value = massBetween(v128.load(y + j), v128.load(y + above), v128.load(tail + j), v128.load(tail + above));
    v128.store(mass + j, value);
    sum = f64x2.add(sum, f64x2.mul(v128.load(weight + j), value));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * Overwrites logTerms, inverseTotal (1 / mass of the term) and the terms' masses in each component. Terms whose mass is not
 * above `smallest`, or NaN, have NaN and 0 there and are listed in `faint`; returns their number. Both arrays of terms
 * have room for an even number.
 */
export function sumTerms(
  edgeOfTerm: usize, edgeMixture: usize, numTerms: i32, y: usize, tail: usize, mass: usize,
  inverseTotal: usize, logTerms: usize, faint: usize, smallest: f64, numComponents: i32,
): i32 {
  const components = componentBytes(numComponents);
  let numFaint: usize = 0;
  for (let i: usize = 0; i < <usize>numTerms; i++) {
    const edge = <usize>load<i32>(edgeOfTerm + (i << 2)), at = edge * components;
    const total = writeMasses(load<u32>(edgeMixture + (edge << 2)), y + at, tail + at, mass + i * components, components);
    // Written so that NaN is faint, too.
    const isPlain = total > smallest;
    store<f64>(logTerms + (i << 3), isPlain ? total : NaN);
    store<f64>(inverseTotal + (i << 3), isPlain ? 1 / total : 0);
    store<i32>(faint + (numFaint << 2), <i32>i);
    numFaint += isPlain ? 0 : 1;
  }
  for (let i: usize = 0; i < <usize>numTerms << 3; i += 16) v128.store(logTerms + i, logarithm(v128.load(logTerms + i)));
  return <i32>numFaint;
}
