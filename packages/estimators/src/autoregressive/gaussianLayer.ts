import type { Matrix } from "@poolish/kernels";

/**
 * The Gaussian layer: given θ, numeric columns y become residuals e = (I + L(θ)) z with z = (y − μ(θ)) / σ(θ) and L strictly
 * lower triangular. It is exact for Gaussians with any covariance, and takes place, width and correlation off the heads.
 *
 * Its parameters are the outputs of two networks: D locations μ an item; and D + D (D − 1) / 2 spreads an item, log σ (bent so
 * that it stays within ±LOG_SCALE_BOUND) and the rows of L one after another; without coupling, the last part is absent.
 * Columns are float64, so that observations that lie close together keep their distances.
 */
export interface GaussianLayer {
  /** e[c][i] of column c and term i: filled by `enter`. */
  readonly residuals: readonly Float64Array[];
  /** σ and log σ of column c and term i: filled by `enter`. */
  readonly scales: readonly Float64Array[];
  readonly logScales: readonly Float64Array[];
  /** The parameters of what follows; term i's are at item itemOfTerm[i], which rises. */
  begin(locations: Matrix, spreads: Matrix, itemOfTerm: Int32Array, numItems: number, numTerms: number): void;
  /** Computes residuals and scales of column c from y; the columns before it must have been entered. */
  enter(c: number, y: Float64Array): void;
  /** The inverse: overwrites y with the column whose residuals are `residuals`, the columns before it entered. */
  place(c: number, residuals: Float64Array, y: Float64Array): void;
  /**
   * Given the adjoints of e, which become those of z, and those of log σ at fixed e, all columns entered: overwrites both
   * gradients (laid out as the parameters), and ADDS to `yGradient` where that is given.
   */
  pullback(
    residualGradients: readonly Float64Array[],
    logScaleGradients: readonly Float64Array[],
    locationGradient: Matrix,
    spreadGradient: Matrix,
    yGradient: readonly Float64Array[] | undefined,
  ): void;
}

/** exp(±10) standard deviations: far beyond what standardised columns need, near enough to keep exp finite. */
export const LOG_SCALE_BOUND = 10;

export function numSpreads(numColumns: number, isCoupled: boolean): number {
  return numColumns + (isCoupled ? (numColumns * (numColumns - 1)) / 2 : 0);
}

/** The parameters of a run: `begin` sets them. */
interface Run {
  locations: Matrix;
  spreads: Matrix;
  itemOfTerm: Int32Array;
  numItems: number;
  numTerms: number;
  /** D numbers an item: bent log σ, σ, and the slope of the bend. */
  readonly logScale: Float64Array;
  readonly scale: Float64Array;
  readonly bendSlope: Float64Array;
}

const NOTHING: Matrix = {
  pointer: 0,
  rows: 0,
  columns: 0,
  stride: 0,
  isPadded: false,
  spans: null,
  values: new Float32Array(0),
};

/** For up to `maxItems` items of parameters and `maxTerms` terms. */
export function createGaussianLayer(
  numColumns: number,
  isCoupled: boolean,
  maxItems: number,
  maxTerms: number,
): GaussianLayer {
  const D = numColumns;
  const perColumn = (): Float64Array[] => Array.from({ length: D }, () => new Float64Array(maxTerms));
  const perItem = (): Float64Array => new Float64Array(maxItems * D);
  const [scales, logScales, standardized] = [perColumn(), perColumn(), perColumn()];
  // Residuals of a column that no other explains are its z.
  const residuals = standardized.map((z, c) => (c > 0 && isCoupled ? new Float64Array(maxTerms) : z));
  const parameters = { locations: NOTHING, spreads: NOTHING, itemOfTerm: new Int32Array(0), numItems: 0, numTerms: 0 };
  const run: Run = { ...parameters, logScale: perItem(), scale: perItem(), bendSlope: perItem() };
  return {
    residuals,
    scales,
    logScales,
    begin(locations, spreads, itemOfTerm, numItems, numTerms) {
      Object.assign(run, { locations, spreads, itemOfTerm, numItems, numTerms });
      bendScales(run, D);
    },
    enter(c, y) {
      standardize(c, D, run, y, standardized[c], scales[c], logScales[c]);
      const e = residuals[c];
      const z = standardized[c];
      if (e !== z) for (let i = 0; i < run.numTerms; i++) e[i] = z[i];
      for (let j = 0; j < c && isCoupled; j++) addCoupled(couplingIndex(D, c, j), 1, run, standardized[j], e);
    },
    place(c, drawn, y) {
      for (let i = 0; i < run.numTerms; i++) y[i] = drawn[i];
      for (let j = 0; j < c && isCoupled; j++) addCoupled(couplingIndex(D, c, j), -1, run, standardized[j], y);
      destandardize(c, D, run, y);
    },
    pullback(residualGradients, logScaleGradients, locationGradient, spreadGradient, yGradient) {
      locationGradient.values.fill(0, 0, run.numItems * locationGradient.stride);
      spreadGradient.values.fill(0, 0, run.numItems * spreadGradient.stride);
      // Step c reads the adjoints of e_c, and turns those of e_j, j < c, into those of z_j.
      for (let c = 0; c < D && isCoupled; c++) {
        const byResidual = residualGradients[c];
        for (let j = 0; j < c; j++) {
          const coupling = couplingIndex(D, c, j);
          pullbackCoupling(coupling, run, byResidual, standardized[j], residualGradients[j], spreadGradient);
        }
      }
      for (let c = 0; c < D; c++) {
        const ofTerms = { zGradient: residualGradients[c], z: standardized[c], logScaleGradient: logScaleGradients[c] };
        pullbackColumn(c, D, run, ofTerms, locationGradient, spreadGradient);
        if (yGradient !== undefined) addPerScale(c, D, run, residualGradients[c], yGradient[c]);
      }
    },
  };
}

/** Where L[c][j], j < c, is among the spreads. */
function couplingIndex(numColumns: number, c: number, j: number): number {
  return numColumns + (c * (c - 1)) / 2 + j;
}

/** log σ = 10 tanh(output / 10). */
function bendScales({ spreads, numItems, logScale, scale, bendSlope }: Run, D: number): void {
  for (let item = 0; item < numItems; item++) {
    for (let c = 0; c < D; c++) {
      const bent = Math.tanh(spreads.values[item * spreads.stride + c] / LOG_SCALE_BOUND);
      const at = item * D + c;
      logScale[at] = LOG_SCALE_BOUND * bent;
      scale[at] = Math.exp(logScale[at]);
      bendSlope[at] = 1 - bent * bent;
    }
  }
}

function standardize(
  c: number,
  D: number,
  { locations, itemOfTerm, numTerms, scale, logScale }: Run,
  y: Float64Array,
  z: Float64Array,
  scales: Float64Array,
  logScales: Float64Array,
): void {
  const { values, stride } = locations;
  let i = 0;
  while (i < numTerms) {
    const item = itemOfTerm[i];
    const location = values[item * stride + c];
    const sigma = scale[item * D + c];
    const logSigma = logScale[item * D + c];
    const perScale = 1 / sigma;
    for (; i < numTerms && itemOfTerm[i] === item; i++) {
      z[i] = (y[i] - location) * perScale;
      scales[i] = sigma;
      logScales[i] = logSigma;
    }
  }
}

/** y = μ + σ y, in place. */
function destandardize(c: number, D: number, { locations, itemOfTerm, numTerms, scale }: Run, y: Float64Array): void {
  for (let i = 0; i < numTerms; i++) {
    const item = itemOfTerm[i];
    y[i] = locations.values[item * locations.stride + c] + scale[item * D + c] * y[i];
  }
}

/** e[i] += sign · L · z[i]. */
function addCoupled(
  spread: number,
  sign: 1 | -1,
  { spreads, itemOfTerm, numTerms }: Run,
  z: Float64Array,
  e: Float64Array,
): void {
  const { values, stride } = spreads;
  for (let i = 0; i < numTerms; i++) e[i] += sign * values[itemOfTerm[i] * stride + spread] * z[i];
}

/** From the adjoint of e_c = … + L z_j: ADDS to that of z_j, and writes those of L. */
function pullbackCoupling(
  spread: number,
  { spreads, itemOfTerm, numTerms }: Run,
  eGradient: Float64Array,
  z: Float64Array,
  zGradient: Float64Array,
  { values, stride }: Matrix,
): void {
  let i = 0;
  while (i < numTerms) {
    const item = itemOfTerm[i];
    const coupling = spreads.values[item * spreads.stride + spread];
    let sum = 0;
    for (; i < numTerms && itemOfTerm[i] === item; i++) {
      zGradient[i] += eGradient[i] * coupling;
      sum += eGradient[i] * z[i];
    }
    values[item * stride + spread] = sum;
  }
}

/** Of column c: the adjoints of z and of log σ at fixed e, and z. */
interface ColumnAdjoints {
  readonly zGradient: Float64Array;
  readonly z: Float64Array;
  readonly logScaleGradient: Float64Array;
}

/** From the adjoints of z_c = (y − μ) / σ and of log σ at fixed e: writes those of μ and of the output that log σ bends. */
function pullbackColumn(
  c: number,
  D: number,
  { itemOfTerm, numTerms, scale, bendSlope }: Run,
  { zGradient, z, logScaleGradient }: ColumnAdjoints,
  locationGradient: Matrix,
  spreadGradient: Matrix,
): void {
  let i = 0;
  while (i < numTerms) {
    const item = itemOfTerm[i];
    let ofLocation = 0;
    let ofScale = 0;
    for (; i < numTerms && itemOfTerm[i] === item; i++) {
      ofLocation -= zGradient[i];
      ofScale += logScaleGradient[i] - zGradient[i] * z[i];
    }
    locationGradient.values[item * locationGradient.stride + c] = ofLocation / scale[item * D + c];
    spreadGradient.values[item * spreadGradient.stride + c] = ofScale * bendSlope[item * D + c];
  }
}

/** From the adjoint of z_c = (y − μ) / σ: ADDS that of y. */
function addPerScale(
  c: number,
  D: number,
  { itemOfTerm, numTerms, scale }: Run,
  zGradient: Float64Array,
  yGradient: Float64Array,
): void {
  for (let i = 0; i < numTerms; i++) yGradient[i] += zGradient[i] / scale[itemOfTerm[i] * D + c];
}
