import { constant, ONE } from "./constant";
import { componentBytes } from "./layout";
import { logarithms } from "./logarithm";

/**
 * Overwrites the masses of one term in each component, Φ(z above) − Φ(z below), from the tails on the side where both are
 * small; returns their weighted sum. A tail is Φ(z), less 1 where z > 0: only an interval around 0 must add that 1.
 */
// @ts-ignore: decorator
@inline
function writeMasses(weight: usize, tail: usize, mass: usize, components: usize): f64 {
  const zero = f64x2.splat(0), one = constant(ONE);
  let sum = zero;
  for (let j: usize = 0; j < components; j += 16) {
    const below = v128.load(tail + j), above = v128.load(tail + components + j);
    const isAround = v128.andnot(f64x2.lt(above, zero), f64x2.lt(below, zero));
    const value = f64x2.add(f64x2.sub(above, below), v128.and(isAround, one));
    v128.store(mass + j, value);
    sum = f64x2.add(sum, f64x2.mul(v128.load(weight + j), value));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Lists the terms whose `inverseTotal` is 0; returns their number. */
function listFaint(inverseTotal: usize, numTerms: i32, faint: usize): i32 {
  let numFaint: usize = 0;
  for (let i: usize = 0; i < <usize>numTerms; i++) {
    if (load<f64>(inverseTotal + (i << 3)) != 0) continue;
    store<i32>(faint + (numFaint << 2), <i32>i);
    numFaint++;
  }
  return <i32>numFaint;
}

/**
 * Overwrites logTerms, inverseTotal (1 / mass of the term) and the terms' masses in each component. Terms whose mass is not
 * above `smallest`, or NaN, have NaN and 0 there and are listed in `faint`; returns their number. `logTerms` and
 * `inverseTotal` have room for an even number.
 */
export function sumTerms(
  edgeOfTerm: usize, edgeMixture: usize, numTerms: i32, tail: usize, mass: usize,
  inverseTotal: usize, logTerms: usize, faint: usize, smallest: f64, numComponents: i32,
): i32 {
  const components = componentBytes(numComponents);
  for (let i: usize = 0; i < <usize>numTerms; i++) {
    const edge = <usize>load<i32>(edgeOfTerm + (i << 2));
    const weight = load<u32>(edgeMixture + (edge << 2));
    store<f64>(logTerms + (i << 3), writeMasses(weight, tail + edge * components, mass + i * components, components));
  }
  const bytes = <usize>((numTerms + 1) & ~1) << 3;
  const least = f64x2.splat(smallest), one = constant(ONE);
  let isAnyFaint = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    // Written so that NaN is faint, too.
    const total = v128.load(logTerms + i), isFaint = v128.not(f64x2.gt(total, least));
    v128.store(inverseTotal + i, v128.andnot(f64x2.div(one, total), isFaint));
    // All bits set are a NaN.
    v128.store(logTerms + i, v128.or(total, isFaint));
    isAnyFaint = v128.or(isAnyFaint, isFaint);
  }
  logarithms(logTerms, bytes);
  return v128.any_true(isAnyFaint) ? listFaint(inverseTotal, numTerms, faint) : 0;
}
