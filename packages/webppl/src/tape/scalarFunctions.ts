import { digamma, logGamma } from "@poolish/math";

/** A function of one or two numbers with its derivatives, in terms of its arguments and its value. */
export interface ScalarFunction {
  value(a: number, b: number): number;
  /** Undefined where WebPPL's own derivative is zero. */
  readonly byFirst?: (a: number, b: number, value: number) => number;
  readonly bySecond?: (a: number, b: number, value: number) => number;
}

const rounding = (value: (a: number) => number): ScalarFunction => ({ value });
const unary = (
  value: (a: number) => number,
  byFirst: (a: number, b: number, value: number) => number,
): ScalarFunction => ({ value, byFirst });

/**
 * The operations that WebPPL's AD leaves as nodes, by the name of the node, with the derivatives that WebPPL has (those
 * of adnn's derivatives.js: Math.min and Math.max have none there, which the check of the gradient reports).
 */
export const scalarFunctions: Readonly<Record<string, ScalarFunction>> = {
  "scalar.add": { value: (a, b) => a + b, byFirst: () => 1, bySecond: () => 1 },
  "scalar.sub": { value: (a, b) => a - b, byFirst: () => 1, bySecond: () => -1 },
  "scalar.mul": { value: (a, b) => a * b, byFirst: (_, b) => b, bySecond: (a) => a },
  "scalar.div": { value: (a, b) => a / b, byFirst: (_, b) => 1 / b, bySecond: (a, b) => -a / (b * b) },
  "scalar.pow": {
    value: (a, b) => a ** b,
    byFirst: (a, b) => b * a ** (b - 1),
    bySecond: (a, _, value) => Math.log(a) * value,
  },
  "scalar.atan2": {
    value: (a, b) => Math.atan2(a, b),
    byFirst: (a, b) => b / (a * a + b * b),
    bySecond: (a, b) => -a / (a * a + b * b),
  },
  "scalar.min": { value: (a, b) => Math.min(a, b) },
  "scalar.max": { value: (a, b) => Math.max(a, b) },
  "scalar.neg": unary(
    (a) => -a,
    () => -1,
  ),
  "scalar.floor": rounding(Math.floor),
  "scalar.ceil": rounding(Math.ceil),
  "scalar.round": rounding(Math.round),
  "scalar.sqrt": unary(Math.sqrt, (_a, _b, value) => 1 / (2 * value)),
  "scalar.exp": unary(Math.exp, (_a, _b, value) => value),
  "scalar.log": unary(Math.log, (a) => 1 / a),
  "scalar.abs": unary(Math.abs, (a) => (a >= 0 ? 1 : -1)),
  "scalar.sin": unary(Math.sin, (a) => Math.cos(a)),
  "scalar.cos": unary(Math.cos, (a) => -Math.sin(a)),
  "scalar.tan": unary(Math.tan, (_a, _b, value) => 1 + value * value),
  "scalar.asin": unary(Math.asin, (a) => 1 / Math.sqrt(1 - a * a)),
  "scalar.acos": unary(Math.acos, (a) => -1 / Math.sqrt(1 - a * a)),
  "scalar.atan": unary(Math.atan, (a) => 1 / (1 + a * a)),
  "scalar.sinh": unary(Math.sinh, (a) => Math.cosh(a)),
  "scalar.cosh": unary(Math.cosh, (a) => Math.sinh(a)),
  "scalar.tanh": unary(Math.tanh, (_a, _b, value) => 1 - value * value),
  "scalar.asinh": unary(Math.asinh, (a) => 1 / Math.sqrt(a * a + 1)),
  "scalar.acosh": unary(Math.acosh, (a) => 1 / Math.sqrt(a * a - 1)),
  "scalar.atanh": unary(Math.atanh, (a) => 1 / (1 - a * a)),
  "scalar.sigmoid": unary(
    (a) => 1 / (1 + Math.exp(-a)),
    (_a, _b, value) => value * (1 - value),
  ),
  logGamma: unary(logGamma, (a) => digamma(a)),
};
