import { constant, ONE } from "./constant";

/** 2^(−f) = 1 + f·p(f) for |f| ≤ ½, relative error 2.3e-16; lowest power first. Remez: test/fixtures/countMixture.py. */
const P: usize = memory.data<f64>([
  -0.6931471805599492, 0.240226506959091, -0.05550410866448181, 0.009618129107983106, -0.0013333558225801269,
  0.00015403529994284878, -1.525265942711474e-5, 1.3215653574894065e-6, -1.0208323104807228e-7, 7.038183099190533e-9,
]);

/** 2^(−f) for |f| ≤ ½. */
// @ts-ignore: decorator
@inline
export function powerOfTwo(f: v128): v128 {
  let p = f64x2.add(f64x2.mul(constant(P, 9), f), constant(P, 8));
  for (let i = 7; i >= 0; i--) p = f64x2.add(f64x2.mul(p, f), constant(P, i));
  return f64x2.add(f64x2.mul(p, f), constant(ONE));
}

/** Overwrites `density` (which may be `fraction`) with 2^(−fraction)·factor, for |fraction| ≤ ½. `bytes` is a multiple of 16. */
export function scaledPowersOfTwo(fraction: usize, factor: usize, density: usize, bytes: usize): void {
  // The coefficients fit the registers; loaded inside the loop they would all stand at its head, and spill.
  const p0 = constant(P, 0), p1 = constant(P, 1), p2 = constant(P, 2), p3 = constant(P, 3), p4 = constant(P, 4);
  const p5 = constant(P, 5), p6 = constant(P, 6), p7 = constant(P, 7), p8 = constant(P, 8), p9 = constant(P, 9);
  const one = constant(ONE);
  for (let i: usize = 0; i < bytes; i += 16) {
    const f = v128.load(fraction + i);
    let p = f64x2.add(f64x2.mul(p9, f), p8);
    p = f64x2.add(f64x2.mul(p, f), p7);
    p = f64x2.add(f64x2.mul(p, f), p6);
    p = f64x2.add(f64x2.mul(p, f), p5);
    p = f64x2.add(f64x2.mul(p, f), p4);
    p = f64x2.add(f64x2.mul(p, f), p3);
    p = f64x2.add(f64x2.mul(p, f), p2);
    p = f64x2.add(f64x2.mul(p, f), p1);
    p = f64x2.add(f64x2.mul(p, f), p0);
    p = f64x2.add(f64x2.mul(p, f), one);
    v128.store(density + i, f64x2.mul(p, v128.load(factor + i)));
  }
}
