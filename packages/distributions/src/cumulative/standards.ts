import { halfNormalLogCdf, log1mExp, log1pExp, standardNormalLogCdf } from "@poolish/math";
import { log1pSquare } from "../log1pSquare.ts";
import type { StandardDistribution } from "./standardCumulative.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;
const LOG_PI = Math.log(Math.PI);

export const standardNormalDistribution: StandardDistribution = {
  lowest: -Infinity,
  median: 0,
  mode: 0,
  logDensity: (z) => -0.5 * z * z - HALF_LOG_TWO_PI,
  logBelow: standardNormalLogCdf,
  logAbove: (z) => standardNormalLogCdf(-z),
};

export const standardHalfNormal: StandardDistribution = {
  lowest: 0,
  median: 0.6744897501960817,
  mode: 0,
  logDensity: (z) => Math.LN2 - 0.5 * z * z - HALF_LOG_TWO_PI,
  logBelow: halfNormalLogCdf,
  logAbove: (z) => Math.LN2 + standardNormalLogCdf(-z),
};

/** log P(Z > z) of the Cauchy; atan(1 / z) keeps the digits of the tail. */
function cauchyLogAbove(z: number): number {
  return z > 0 ? Math.log(Math.atan(1 / z)) - LOG_PI : Math.log(0.5 + Math.atan(-z) / Math.PI);
}

export const standardCauchy: StandardDistribution = {
  lowest: -Infinity,
  median: 0,
  mode: 0,
  logDensity: (z) => -LOG_PI - log1pSquare(z),
  logBelow: (z) => cauchyLogAbove(-z),
  logAbove: cauchyLogAbove,
};

export const standardHalfCauchy: StandardDistribution = {
  lowest: 0,
  median: 1,
  mode: 0,
  logDensity: (z) => Math.LN2 - LOG_PI - log1pSquare(z),
  logBelow: (z) => Math.log(Math.atan(z)) + Math.LN2 - LOG_PI,
  logAbove: (z) => Math.LN2 + cauchyLogAbove(z),
};

function laplaceLogAbove(z: number): number {
  return z > 0 ? -Math.LN2 - z : Math.log1p(-0.5 * Math.exp(z));
}

export const standardLaplace: StandardDistribution = {
  lowest: -Infinity,
  median: 0,
  mode: 0,
  logDensity: (z) => -Math.LN2 - Math.abs(z),
  logBelow: (z) => laplaceLogAbove(-z),
  logAbove: laplaceLogAbove,
};

export const standardLogistic: StandardDistribution = {
  lowest: -Infinity,
  median: 0,
  mode: 0,
  logDensity: (z) => -Math.abs(z) - 2 * log1pExp(-Math.abs(z)),
  logBelow: (z) => -log1pExp(-z),
  logAbove: (z) => -log1pExp(z),
};

export const standardExponentialDistribution: StandardDistribution = {
  lowest: 0,
  median: Math.LN2,
  mode: 0,
  logDensity: (z) => -z,
  logBelow: log1mExp,
  logAbove: (z) => -z,
};
