import { constant, SIGN } from "./constant";

/**
 * Φ(−z) / exp(−z²/2) = P(y) / Q(y) with y = √(log₂ e / 2)·z, for 0 ≤ y ≤ 28.5: relative error 2.2e-15. Lowest power first
 * (Q's highest is 1); all positive, so that Horner's sums do not cancel. Remez: test/fixtures/countMixture.py.
 */
const P: usize = memory.data<f64>([
  5894.355376002648, 9931.982231561553, 8259.24942727623, 4314.395326408497, 1532.5834934817076, 377.8959389754591,
  63.296727754618416, 6.63513793833572, 0.33883037582432274,
]);
const Q: usize = memory.data<f64>([
  11788.710752005272, 30938.71881136922, 37412.17304081069, 27447.71814018637, 13517.348852545092, 4656.871760399343,
  1129.4211340450915, 187.5308311623093, 19.582476706516548,
]);

/** Overwrites `tail` with density·P(|y|). */
export function tailNumerators(y: usize, density: usize, tail: usize, bytes: usize): void {
  const p0 = constant(P, 0), p1 = constant(P, 1), p2 = constant(P, 2), p3 = constant(P, 3), p4 = constant(P, 4);
  const p5 = constant(P, 5), p6 = constant(P, 6), p7 = constant(P, 7), p8 = constant(P, 8), sign = constant(SIGN);
  for (let i: usize = 0; i < bytes; i += 16) {
    const x = v128.andnot(v128.load(y + i), sign);
    let p = f64x2.add(f64x2.mul(p8, x), p7);
    p = f64x2.add(f64x2.mul(p, x), p6);
    p = f64x2.add(f64x2.mul(p, x), p5);
    p = f64x2.add(f64x2.mul(p, x), p4);
    p = f64x2.add(f64x2.mul(p, x), p3);
    p = f64x2.add(f64x2.mul(p, x), p2);
    p = f64x2.add(f64x2.mul(p, x), p1);
    p = f64x2.add(f64x2.mul(p, x), p0);
    v128.store(tail + i, f64x2.mul(p, v128.load(density + i)));
  }
}

/** Divides `tail` by Q(|y|). */
export function divideByTailDenominators(y: usize, tail: usize, bytes: usize): void {
  const q0 = constant(Q, 0), q1 = constant(Q, 1), q2 = constant(Q, 2), q3 = constant(Q, 3), q4 = constant(Q, 4);
  const q5 = constant(Q, 5), q6 = constant(Q, 6), q7 = constant(Q, 7), q8 = constant(Q, 8), sign = constant(SIGN);
  for (let i: usize = 0; i < bytes; i += 16) {
    const x = v128.andnot(v128.load(y + i), sign);
    let q = f64x2.add(x, q8);
    q = f64x2.add(f64x2.mul(q, x), q7);
    q = f64x2.add(f64x2.mul(q, x), q6);
    q = f64x2.add(f64x2.mul(q, x), q5);
    q = f64x2.add(f64x2.mul(q, x), q4);
    q = f64x2.add(f64x2.mul(q, x), q3);
    q = f64x2.add(f64x2.mul(q, x), q2);
    q = f64x2.add(f64x2.mul(q, x), q1);
    q = f64x2.add(f64x2.mul(q, x), q0);
    v128.store(tail + i, f64x2.div(v128.load(tail + i), q));
  }
}
