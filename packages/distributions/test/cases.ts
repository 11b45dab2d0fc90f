import {
  bernoulliFamily,
  betaFamily,
  binomialFamily,
  cauchyFamily,
  exponentialFamily,
  type Family,
  gammaFamily,
  halfCauchyFamily,
  halfNormalFamily,
  laplaceFamily,
  logNormalFamily,
  negativeBinomialFamily,
  normalFamily,
  poissonFamily,
  studentTFamily,
  uniformFamily,
} from "../src/index.ts";

/** A family with parameters of ordinary size, points on the support and, for the laws, points off it. */
export interface FamilyCase {
  readonly family: Family;
  readonly parameters: readonly number[];
  readonly on: readonly number[];
  readonly off: readonly number[];
  /** The density has a kink, which quadrature feels. */
  readonly hasKink?: boolean;
}

const belowZero = [-1e-300, -1, -Infinity, 0, Infinity];
const notCounts = [-1, 0.5, 2.000001, Infinity, -Infinity];

export const cases: readonly FamilyCase[] = [
  { family: gammaFamily, parameters: [2, 0.2], on: [0.01, 3, 10, 45], off: belowZero },
  { family: gammaFamily, parameters: [0.4, 3], on: [1e-6, 0.1, 2.5], off: belowZero },
  { family: gammaFamily, parameters: [24, 2.8], on: [4, 8.5, 17], off: belowZero },
  { family: exponentialFamily, parameters: [1], on: [1e-4, 0.7, 12], off: belowZero },
  { family: exponentialFamily, parameters: [0.05], on: [0.3, 40], off: belowZero },
  { family: normalFamily, parameters: [0, 1], on: [-7, -0.3, 0, 2.2], off: [Infinity, -Infinity] },
  { family: normalFamily, parameters: [-20, 3.5], on: [-31, -20, 4], off: [Infinity] },
  { family: halfNormalFamily, parameters: [2.5], on: [1e-3, 1.7, 14], off: belowZero },
  { family: logNormalFamily, parameters: [0.5, 0.8], on: [0.05, 1, 2.5, 40], off: belowZero },
  { family: uniformFamily, parameters: [-2, 5], on: [-1.99, 0, 4.5], off: [-2, 5, -3, 9, Infinity] },
  { family: betaFamily, parameters: [2, 5], on: [0.01, 0.3, 0.9], off: [0, 1, -0.1, 1.2, Infinity] },
  { family: betaFamily, parameters: [0.5, 0.7], on: [1e-3, 0.4, 0.99], off: [0, 1, -Infinity] },
  { family: studentTFamily, parameters: [3, 1, 2], on: [-40, 0.2, 1, 6], off: [Infinity, -Infinity] },
  { family: studentTFamily, parameters: [0.8, -5, 0.5], on: [-90, -4.8, 30], off: [Infinity] },
  { family: studentTFamily, parameters: [50, 0, 1], on: [-3, 0.4], off: [Infinity] },
  { family: cauchyFamily, parameters: [1, 2], on: [-300, 0.5, 1, 8], off: [Infinity, -Infinity] },
  { family: halfCauchyFamily, parameters: [5], on: [0.01, 4, 700], off: belowZero },
  { family: laplaceFamily, parameters: [1, 0.7], on: [-6, 0.9, 1.2, 20], off: [Infinity, -Infinity], hasKink: true },
  { family: poissonFamily, parameters: [8.3], on: [0, 3, 9, 31], off: notCounts },
  { family: poissonFamily, parameters: [120], on: [70, 118, 200], off: notCounts },
  { family: poissonFamily, parameters: [0.02], on: [0, 1, 4], off: notCounts },
  { family: binomialFamily, parameters: [10, 0.3], on: [0, 2, 10], off: [...notCounts, 11] },
  { family: binomialFamily, parameters: [400, 0.85], on: [290, 341, 400], off: [...notCounts, 401] },
  { family: binomialFamily, parameters: [0, 0.5], on: [0], off: [...notCounts, 1] },
  { family: negativeBinomialFamily, parameters: [8.3, 2.2], on: [0, 5, 44], off: notCounts },
  { family: negativeBinomialFamily, parameters: [30, 0.4], on: [0, 11, 300], off: notCounts },
  { family: negativeBinomialFamily, parameters: [6, 800], on: [0, 6, 17], off: notCounts },
  { family: bernoulliFamily, parameters: [0.35], on: [0, 1], off: [...notCounts, 2] },
];

export function nameOf({ family, parameters }: FamilyCase): string {
  return `${family.name}(${parameters.join(", ")})`;
}
