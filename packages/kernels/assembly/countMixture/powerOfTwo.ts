import { constant, ONE } from "./constant";

/** 2^(−f) = 1 + f·p(f) for |f| ≤ ½, relative error 2.3e-16; lowest power first. Remez: test/fixtures/countMixture.py. */
const P: usize = memory.data<f64>([
  -0.6931471805599492, 0.240226506959091, -0.05550410866448181, 0.009618129107983087, -0.0013333558225801293,
  0.00015403529994301534, -1.5252659427109586e-5, 1.3215653568910358e-6, -1.0208323105417414e-7, 7.038183879426052e-9,
]);

/**
 * Overwrites `result` (which may be `fraction`) with 2^(−fraction)·factor, for |fraction| ≤ ½. `bytes` is a multiple of 16.
 * Coefficients before the loop mostly stay in registers; Estrin's order, for the chain of dependent operations sets the pace.
 */
export function scaledPowersOfTwo(fraction: usize, factor: usize, result: usize, bytes: usize): void {
  const p0 = constant(P, 0), p1 = constant(P, 1), p2 = constant(P, 2), p3 = constant(P, 3), p4 = constant(P, 4);
  const p5 = constant(P, 5), p6 = constant(P, 6), p7 = constant(P, 7), p8 = constant(P, 8), p9 = constant(P, 9);
  const one = constant(ONE);
  for (let i: usize = 0; i < bytes; i += 16) {
    const f = v128.load(fraction + i);
    const f2 = f64x2.mul(f, f), f4 = f64x2.mul(f2, f2);
    const high = f64x2.add(f64x2.mul(p9, f2), f64x2.add(f64x2.mul(p8, f), p7));
    const middle = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(p6, f), p5), f2), f64x2.add(f64x2.mul(p4, f), p3));
    const low = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(p2, f), p1), f2), f64x2.add(f64x2.mul(p0, f), one));
    const power = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(high, f4), middle), f4), low);
    v128.store(result + i, f64x2.mul(power, v128.load(factor + i)));
  }
}
