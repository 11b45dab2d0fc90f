import { polynomial } from "./polynomial.ts";
import { stirlingCorrection } from "./stirlingCorrection.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * (-1)^k (ζ(k) - 1) / k for k = 27 … 2, and 1 - γ: the Taylor series of log Γ(2 + z) (Abramowitz & Stegun 6.1.33).
 * Terms fall as 4^-k for |z| ≤ 1/2. Made by test/fixtures/coefficients.py.
 */
const SERIES = [
  -2.7595228851242334e-10, 5.731367241678862e-10, -1.1921401405860912e-9, 2.4836745438024785e-9, -5.183475041970047e-9,
  1.0838659214896955e-8, -2.2711094608943164e-8, 4.7698101693639804e-8, -1.0043224823968099e-7, 2.1207184805554665e-7,
  -4.492469198764566e-7, 9.55141213040742e-7, -2.039215753801366e-6, 4.374866789907488e-6, -9.439488275268397e-6,
  2.050721277567069e-5, -4.492623673813314e-5, 9.945751278180853e-5, -0.00022315475845357939, 0.0005096695247430425,
  -0.001192753911703261, 0.0028905103307415234, -0.007385551028673986, 0.020580808427784546, -0.0673523010531981,
  0.3224670334241132, 0.42278433509846713,
] as const;

/** log Γ(2 + z) for |z| ≤ 1/2; keeps its relative accuracy at the zero z = 0. */
function logGammaNearTwo(z: number): number {
  return z * polynomial(SERIES, z);
}

/**
 * log Γ(x) for x ≥ 0; relative error below 2e-15, also next to the zeros at 1 and 2. Γ is taken on the positive half
 * line only: 0 gives Infinity, Infinity gives Infinity, a negative argument or NaN gives NaN.
 */
export function logGamma(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === Infinity) return Infinity;
  if (x >= 10) return (x - 0.5) * (Math.log(x) - 1) - 0.5 + HALF_LOG_TWO_PI + stirlingCorrection(x);
  if (x < 0.5) return logGammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  let product = 1;
  let y = x;
  while (y > 2.5) {
    y -= 1;
    product *= y;
  }
  return logGammaNearTwo(y - 2) + Math.log(product);
}
