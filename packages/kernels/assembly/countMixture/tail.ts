import { constant, SIGN } from "./constant";

/**
 * Φ(−z) / exp(−z²/2) = P(y) / Q(y) with y = √(log₂ e / 2)·z, for 0 ≤ y ≤ 28.5: relative error 2.2e-15. Lowest power first;
 * all positive, so that Horner's sums do not cancel. Remez: test/fixtures/countMixture.py.
 */
const P0: usize = memory.data<f64>([5894.355376002648]);
const P1: usize = memory.data<f64>([9931.982231561553]);
const P2: usize = memory.data<f64>([8259.24942727623]);
const P3: usize = memory.data<f64>([4314.395326408497]);
const P4: usize = memory.data<f64>([1532.5834934817076]);
const P5: usize = memory.data<f64>([377.8959389754591]);
const P6: usize = memory.data<f64>([63.296727754618416]);
const P7: usize = memory.data<f64>([6.63513793833572]);
const P8: usize = memory.data<f64>([0.33883037582432274]);
const Q0: usize = memory.data<f64>([11788.710752005272]);
const Q1: usize = memory.data<f64>([30938.71881136922]);
const Q2: usize = memory.data<f64>([37412.17304081069]);
const Q3: usize = memory.data<f64>([27447.71814018637]);
const Q4: usize = memory.data<f64>([13517.348852545092]);
const Q5: usize = memory.data<f64>([4656.871760399343]);
const Q6: usize = memory.data<f64>([1129.4211340450915]);
const Q7: usize = memory.data<f64>([187.5308311623093]);
const Q8: usize = memory.data<f64>([19.582476706516548]);

/** Overwrites `tail` with density·P(|y|). */
export function tailNumerator(y: usize, density: usize, tail: usize, bytes: usize): void {
  const p0 = constant(P0), p1 = constant(P1), p2 = constant(P2), p3 = constant(P3), p4 = constant(P4);
  const p5 = constant(P5), p6 = constant(P6), p7 = constant(P7), p8 = constant(P8), sign = constant(SIGN);
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
export function tailDenominator(y: usize, tail: usize, bytes: usize): void {
  const q0 = constant(Q0), q1 = constant(Q1), q2 = constant(Q2), q3 = constant(Q3), q4 = constant(Q4);
  const q5 = constant(Q5), q6 = constant(Q6), q7 = constant(Q7), q8 = constant(Q8), sign = constant(SIGN);
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
