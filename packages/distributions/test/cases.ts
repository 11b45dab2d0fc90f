import {
  bernoulliFamily,
  bernoulliLogitFamily,
  betaFamily,
  binomialFamily,
  binomialLogitFamily,
  categoricalFamily,
  cauchyFamily,
  censoredFamily,
  dirichletFamily,
  exponentialFamily,
  type Family,
  gammaFamily,
  geometricFamily,
  halfCauchyFamily,
  halfNormalFamily,
  inverseGammaFamily,
  laplaceFamily,
  lkjCholeskyFamily,
  logisticFamily,
  logNormalFamily,
  mixtureFamily,
  multivariateNormalFamily,
  negativeBinomialFamily,
  normalFamily,
  poissonFamily,
  poissonLogFamily,
  studentTFamily,
  truncatedFamily,
  uniformFamily,
  vonMisesFamily,
  weibullFamily,
} from "../src/index.ts";

/** A number, or the numbers of a vector or row-major matrix. */
export type Value = number | readonly number[];

/** A family with parameters of ordinary size, points on the support and, for the laws, points off it. */
export interface FamilyCase {
  readonly family: Family;
  readonly parameters: readonly Value[];
  readonly on: readonly Value[];
  readonly off: readonly Value[];
  /** The density has a kink, which quadrature feels. */
  readonly hasKink?: boolean;
  /** Values with a probability of their own. */
  readonly atoms?: readonly number[];
}

const belowZero = [-1e-300, -1, -Infinity, 0, Infinity];
const notCounts = [-1, 0.5, 2.000001, Infinity, -Infinity];
const infinite = [Infinity, -Infinity];
const angleOff = [Math.PI, -Math.PI, 4, Infinity];
const factor = [1.5, 0, -0.4, 0.8];

const named: readonly FamilyCase[] = [
  { family: gammaFamily, parameters: [2, 0.2], on: [0.01, 3, 10, 45], off: belowZero },
  { family: gammaFamily, parameters: [0.4, 3], on: [1e-6, 0.1, 2.5], off: belowZero },
  { family: gammaFamily, parameters: [24, 2.8], on: [4, 8.5, 17], off: belowZero },
  { family: gammaFamily, parameters: [300, 2.8], on: [90, 107, 130], off: belowZero },
  { family: inverseGammaFamily, parameters: [3, 2], on: [0.1, 0.9, 30], off: belowZero },
  { family: inverseGammaFamily, parameters: [0.6, 0.2], on: [0.05, 4], off: belowZero },
  { family: exponentialFamily, parameters: [1], on: [1e-4, 0.7, 12], off: belowZero },
  { family: exponentialFamily, parameters: [0.05], on: [0.3, 40], off: belowZero },
  { family: weibullFamily, parameters: [1.5, 2], on: [0.01, 1.7, 6], off: belowZero },
  { family: weibullFamily, parameters: [0.7, 0.3], on: [1e-3, 0.2, 4], off: belowZero },
  { family: normalFamily, parameters: [0, 1], on: [-7, -0.3, 0, 2.2], off: infinite },
  { family: normalFamily, parameters: [-20, 3.5], on: [-31, -20, 4], off: [Infinity] },
  { family: halfNormalFamily, parameters: [2.5], on: [1e-3, 1.7, 14], off: belowZero },
  { family: logNormalFamily, parameters: [0.5, 0.8], on: [0.05, 1, 2.5, 40], off: belowZero },
  { family: uniformFamily, parameters: [-2, 5], on: [-1.99, 0, 4.5], off: [-2, 5, -3, 9, Infinity] },
  { family: betaFamily, parameters: [2, 5], on: [0.01, 0.3, 0.9], off: [0, 1, -0.1, 1.2, Infinity] },
  { family: betaFamily, parameters: [0.5, 0.7], on: [1e-3, 0.4, 0.99], off: [0, 1, -Infinity] },
  { family: betaFamily, parameters: [150, 400], on: [0.22, 0.28, 0.33], off: [0, 1] },
  { family: studentTFamily, parameters: [3, 1, 2], on: [-40, 0.2, 1, 6], off: infinite },
  { family: studentTFamily, parameters: [0.8, -5, 0.5], on: [-90, -4.8, 30], off: [Infinity] },
  { family: studentTFamily, parameters: [50, 0, 1], on: [-3, 0.4], off: [Infinity] },
  { family: cauchyFamily, parameters: [1, 2], on: [-300, 0.5, 1, 8], off: infinite },
  { family: halfCauchyFamily, parameters: [5], on: [0.01, 4, 700], off: belowZero },
  { family: laplaceFamily, parameters: [1, 0.7], on: [-6, 0.9, 1.2, 20], off: infinite, hasKink: true },
  { family: logisticFamily, parameters: [1, 0.7], on: [-6, 0.9, 1, 20], off: infinite },
  { family: vonMisesFamily, parameters: [0.5, 2], on: [-3, 0.4, 2], off: angleOff },
  { family: vonMisesFamily, parameters: [3, 0.3], on: [-3, 0.4, 3], off: angleOff },
  { family: vonMisesFamily, parameters: [-1.2, 60], on: [-1.6, -1.2, -0.9], off: angleOff },
  { family: poissonFamily, parameters: [8.3], on: [0, 3, 9, 31], off: notCounts },
  { family: poissonFamily, parameters: [120], on: [70, 118, 200], off: notCounts },
  { family: poissonFamily, parameters: [700], on: [650, 720], off: notCounts },
  { family: poissonFamily, parameters: [0.02], on: [0, 1, 4], off: notCounts },
  { family: poissonLogFamily, parameters: [2.1], on: [0, 3, 9, 31], off: notCounts },
  { family: poissonLogFamily, parameters: [-4], on: [0, 1], off: notCounts },
  { family: binomialFamily, parameters: [10, 0.3], on: [0, 2, 10], off: [...notCounts, 11] },
  { family: binomialFamily, parameters: [400, 0.85], on: [290, 341, 400], off: [...notCounts, 401] },
  { family: binomialFamily, parameters: [0, 0.5], on: [0], off: [...notCounts, 1] },
  { family: binomialFamily, parameters: [2000, 0.4], on: [770, 800], off: [...notCounts, 2001] },
  { family: binomialLogitFamily, parameters: [10, -0.8], on: [0, 2, 10], off: [...notCounts, 11] },
  { family: binomialLogitFamily, parameters: [700, 1.7], on: [560, 590, 620], off: [...notCounts, 701] },
  { family: negativeBinomialFamily, parameters: [8.3, 2.2], on: [0, 5, 44], off: notCounts },
  { family: negativeBinomialFamily, parameters: [30, 0.4], on: [0, 11, 300], off: notCounts },
  { family: negativeBinomialFamily, parameters: [6, 800], on: [0, 6, 17], off: notCounts },
  { family: geometricFamily, parameters: [0.35], on: [0, 1, 14], off: notCounts },
  { family: bernoulliFamily, parameters: [0.35], on: [0, 1], off: [...notCounts, 2] },
  { family: bernoulliLogitFamily, parameters: [-0.6], on: [0, 1], off: [...notCounts, 2] },
  { family: categoricalFamily, parameters: [[0.2, 0.5, 0.3]], on: [0, 1, 2], off: [...notCounts, 3] },
];

const composed: readonly FamilyCase[] = [
  { family: truncatedFamily(normalFamily, "both"), parameters: [0.3, 1.2, -1, 2], on: [-0.99, 0.5, 1.9], off: [-1, 2] },
  { family: truncatedFamily(normalFamily, "lower"), parameters: [0, 1, 8], on: [8.01, 8.2, 9], off: [7, 8, Infinity] },
  { family: truncatedFamily(studentTFamily, "upper"), parameters: [3, 1, 2, -4], on: [-30, -4.1], off: [-4, 2] },
  { family: truncatedFamily(gammaFamily, "lower"), parameters: [2, 0.5, 3], on: [3.1, 9], off: [2, 3] },
  { family: truncatedFamily(betaFamily, "upper"), parameters: [2, 5, 0.2], on: [0.01, 0.19], off: [0.2, 0.7] },
  { family: truncatedFamily(weibullFamily, "both"), parameters: [1.5, 2, 8, 9], on: [8.1, 8.9], off: [7, 9.5] },
  { family: truncatedFamily(vonMisesFamily, "lower"), parameters: [0.5, 2, 1], on: [1.1, 3], off: [0.9, 4] },
  { family: truncatedFamily(poissonFamily, "lower"), parameters: [2.5, 1], on: [1, 4, 9], off: [0, 1.5] },
  { family: truncatedFamily(negativeBinomialFamily, "both"), parameters: [8, 2, 3, 9], on: [3, 5, 9], off: [2, 10] },
  {
    family: mixtureFamily([normalFamily, studentTFamily]),
    parameters: [[0.3, 0.7], -2, 0.8, 4, 3, 2],
    on: [-2.5, 0.4, 3, 20],
    off: infinite,
  },
  {
    family: mixtureFamily([poissonFamily, geometricFamily]),
    parameters: [[0.8, 0.2], 9, 0.6],
    on: [0, 7],
    off: notCounts,
  },
  {
    family: truncatedFamily(mixtureFamily([normalFamily, normalFamily]), "lower"),
    parameters: [[0.3, 0.7], -2, 0.8, 4, 3, -1],
    on: [-0.9, 0.4, 9],
    off: [-1, -3],
  },
  {
    family: mixtureFamily([truncatedFamily(normalFamily, "lower"), gammaFamily]),
    parameters: [[0.6, 0.4], 1, 2, 0, 3, 0.5],
    on: [0.1, 4],
    off: [0, -1],
  },
  {
    family: censoredFamily(normalFamily, "both"),
    parameters: [0.3, 1.2, -1, 2],
    on: [-1, -0.5, 1, 2],
    off: [-1.1, 2.1],
    atoms: [-1, 2],
  },
  { family: censoredFamily(gammaFamily, "upper"), parameters: [2, 0.5, 5], on: [0.3, 4, 5], off: [0, 5.5], atoms: [5] },
  { family: censoredFamily(poissonFamily, "upper"), parameters: [4, 6], on: [0, 5, 6], off: [7, 2.5], atoms: [6] },
];

const vectors: readonly FamilyCase[] = [
  {
    family: dirichletFamily,
    parameters: [[1.2, 2, 3]],
    on: [
      [0.2, 0.5, 0.3],
      [0.01, 0.9, 0.09],
    ],
    off: [
      [0.2, 0.5, 0.4],
      [0, 0.5, 0.5],
      [1.2, -0.1, -0.1],
      [0.5, 0.5, Infinity],
    ],
  },
  {
    family: multivariateNormalFamily,
    parameters: [[1, -2], factor],
    on: [
      [0, 0],
      [3, -2.5],
    ],
    off: [
      [Infinity, 0],
      [0, -Infinity],
    ],
  },
  {
    family: lkjCholeskyFamily,
    parameters: [3, 1.7],
    on: [[1, 0, 0, 0.6, 0.8, 0, -0.48, 0.64, 0.6]],
    off: [
      [1, 0, 0, 0.6, 0.7, 0, -0.48, 0.64, 0.6],
      [1, 0, 0, 0.6, -0.8, 0, 0, 0, 1],
      [1, 0.1, 0, 0, 1, 0, 0, 0, 1],
    ],
  },
];

export const cases: readonly FamilyCase[] = [...named, ...composed, ...vectors];

export function nameOf({ family, parameters }: FamilyCase): string {
  return `${family.name}(${parameters.map((value) => (typeof value === "number" ? value : `[${value}]`)).join(", ")})`;
}

export function numbersOf(value: Value): readonly number[] {
  return typeof value === "number" ? [value] : value;
}
