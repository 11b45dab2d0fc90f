import { constant, SIGN } from "./constant";

/**
 * Φ(−z) / exp(−z²/2) = P(y) / Q(y) with y = √(log₂ e / 2)·z, for 0 ≤ y ≤ 28.5, relative error 2.2e-15. Lowest power first
 * (Q's highest is 1); all positive, so that no sum cancels. Remez: test/fixtures/countMixture.py.
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
    const x2 = f64x2.mul(x, x), x4 = f64x2.mul(x2, x2);
    const low = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(p3, x), p2), x2), f64x2.add(f64x2.mul(p1, x), p0));
    const high = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(p7, x), p6), x2), f64x2.add(f64x2.mul(p5, x), p4));
    const p = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(p8, x4), high), x4), low);
    v128.store(tail + i, f64x2.mul(p, v128.load(density + i)));
  }
}

/** Divides `tail` by Q(|y|) and gives it the sign that y has not. */
export function divideTails(y: usize, tail: usize, bytes: usize): void {
  const q0 = constant(Q, 0), q1 = constant(Q, 1), q2 = constant(Q, 2), q3 = constant(Q, 3), q4 = constant(Q, 4);
  const q5 = constant(Q, 5), q6 = constant(Q, 6), q7 = constant(Q, 7), q8 = constant(Q, 8), sign = constant(SIGN);
  for (let i: usize = 0; i < bytes; i += 16) {
    const place = v128.load(y + i), x = v128.andnot(place, sign);
    const x2 = f64x2.mul(x, x), x4 = f64x2.mul(x2, x2);
    const low = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(q3, x), q2), x2), f64x2.add(f64x2.mul(q1, x), q0));
    const high = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(q7, x), q6), x2), f64x2.add(f64x2.mul(q5, x), q4));
    const q = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(f64x2.add(x, q8), x4), high), x4), low);
    v128.store(tail + i, v128.or(f64x2.div(v128.load(tail + i), q), v128.andnot(sign, place)));
  }
}
