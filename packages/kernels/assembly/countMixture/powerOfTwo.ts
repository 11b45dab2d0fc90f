import { constant, ONE } from "./constant";

/** 2^(−f) = 1 + f·p(f) for |f| ≤ ½ within 2.3e-16; lowest power first. Remez: test/fixtures/countMixture.py. */
const P0: usize = memory.data<f64>([-0.6931471805599492]);
const P1: usize = memory.data<f64>([0.240226506959091]);
const P2: usize = memory.data<f64>([-0.05550410866448181]);
const P3: usize = memory.data<f64>([0.009618129107983106]);
const P4: usize = memory.data<f64>([-0.0013333558225801269]);
const P5: usize = memory.data<f64>([0.00015403529994284878]);
const P6: usize = memory.data<f64>([-1.525265942711474e-5]);
const P7: usize = memory.data<f64>([1.3215653574894065e-6]);
const P8: usize = memory.data<f64>([-1.0208323104807228e-7]);
const P9: usize = memory.data<f64>([7.038183099190533e-9]);

/** Overwrites `fraction` with 2^(−fraction)·factor, for |fraction| ≤ ½. `bytes` is a multiple of 16. */
export function scaledPowerOfTwo(fraction: usize, factor: usize, bytes: usize): void {
  const p0 = constant(P0), p1 = constant(P1), p2 = constant(P2), p3 = constant(P3), p4 = constant(P4);
  const p5 = constant(P5), p6 = constant(P6), p7 = constant(P7), p8 = constant(P8), p9 = constant(P9);
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
    v128.store(fraction + i, f64x2.mul(p, v128.load(factor + i)));
  }
}
