import {
  type BoundLikelihood,
  type Columns,
  isOnSupport,
  type Likelihood,
  type ParameterSpec,
  type Rng,
} from "@poolish/core";
import { evaluateInRuns } from "./evaluateInRuns.ts";
import { type LapseDensity, lapseSampler, logLapseDensities } from "./lapseDensity.ts";
import { rowOfTerm } from "./rowOfTerm.ts";

/** The lapse probability as a parameter: its bounds are its support's, so that no box is left. */
export const LAPSE_PARAMETER: ParameterSpec = {
  name: "lapse",
  support: { kind: "interval", lower: 0, upper: 1, closed: "both" },
  box: [0, 1],
};

/**
 * The likelihood in which a trial is a lapse with probability π: log((1 − π) p(x | θ) + π q(x)), term by term, with π
 * as one more parameter after those of `likelihood`. θ off its support has no lapses either: its terms are -Infinity.
 */
export function lapsing(likelihood: Likelihood, density: LapseDensity): Likelihood {
  const { parameters, sample } = likelihood;
  return {
    ...likelihood,
    parameters: [...parameters, LAPSE_PARAMETER],
    bind: (columns, row, numRows) => bindMixture(likelihood, density, columns, row, numRows),
    ...(sample === undefined ? {} : { sample: mixtureSampler(likelihood, sample, density) }),
  };
}

function bindMixture(
  likelihood: Likelihood,
  density: LapseDensity,
  columns: Columns,
  row: Int32Array,
  numRows: number,
): BoundLikelihood {
  const { parameters } = likelihood;
  const bound = likelihood.bind(columns, row, numRows);
  const { numTerms, multiplicity, termOfTrial } = bound;
  const inRuns = evaluateInRuns(bound);
  const width = parameters.length;
  const rowsOfTerms = rowOfTerm(bound, row);
  const rows = mixtureRows(numRows, width);
  const thetaGradient = new Float64Array(numRows * width);
  const terms: MixtureTerms = {
    rowsOfTerms,
    logLapse: termLapses(likelihood, density, columns, termOfTrial, numTerms),
    byTerm: new Float64Array(numTerms),
    byProbability: new Float64Array(numTerms),
  };
  const ownAdjoint = new Float64Array(numTerms);
  /** What terms from `first` to `end` − 1 pass on, once they are mixed. */
  const passOn = (adjoint: Float64Array, fullGradient: Float64Array, first: number, end: number): void => {
    for (let i = first; i < end; i++) {
      ownAdjoint[i] = adjoint[i] * terms.byTerm[i];
      fullGradient[rowsOfTerms[i] * (width + 1) + width] += adjoint[i] * terms.byProbability[i];
    }
  };
  const addOwn = (fullGradient: Float64Array): void => {
    for (let r = 0; r < numRows; r++) {
      for (let p = 0; p < width; p++) fullGradient[r * (width + 1) + p] += thetaGradient[r * width + p];
    }
  };
  return {
    numTerms,
    multiplicity,
    termOfTrial,
    evaluate(full, logTerms) {
      splitRows(full, parameters, rows);
      bound.evaluate(rows.theta, logTerms);
      mixTerms(terms, rows, logTerms, 0, numTerms);
    },
    pullback(adjoint, fullGradient) {
      thetaGradient.fill(0);
      passOn(adjoint, fullGradient, 0, numTerms);
      bound.pullback(ownAdjoint, thetaGradient);
      addOwn(fullGradient);
    },
    ...(inRuns && {
      evaluateWithGradient(full, adjoint, logTerms, fullGradient, beforePullback) {
        splitRows(full, parameters, rows);
        thetaGradient.fill(0);
        const between = (first: number, end: number): void => {
          mixTerms(terms, rows, logTerms, first, end);
          beforePullback?.(first, end);
          passOn(adjoint, fullGradient, first, end);
        };
        inRuns(rows.theta, ownAdjoint, logTerms, thetaGradient, between);
        addOwn(fullGradient);
      },
    }),
  };
}

/** θ rows taken apart. */
interface MixtureRows {
  /** numRows × the likelihood's own parameters. */
  readonly theta: Float64Array;
  /** The lapse probability of each row. */
  readonly lapse: Float64Array;
  /** log(1 − π) and log π. */
  readonly logKept: Float64Array;
  readonly logLapsed: Float64Array;
  /** 1 where a parameter is off its support. */
  readonly isOff: Uint8Array;
}

function mixtureRows(numRows: number, width: number): MixtureRows {
  const [lapse, logKept, logLapsed] = [0, 1, 2].map(() => new Float64Array(numRows));
  return { theta: new Float64Array(numRows * width), lapse, logKept, logLapsed, isOff: new Uint8Array(numRows) };
}

interface MixtureTerms {
  readonly rowsOfTerms: Int32Array;
  /** log q. */
  readonly logLapse: Float64Array;
  /** Derivatives of the mixed terms in log p and in π, overwritten. */
  readonly byTerm: Float64Array;
  readonly byProbability: Float64Array;
}

/** Overwrites log p with log((1 − π) p + π q), for the terms from `first` to `end` − 1. */
function mixTerms(
  { rowsOfTerms, logLapse, byTerm, byProbability }: MixtureTerms,
  { lapse, logKept, logLapsed, isOff }: MixtureRows,
  logTerms: Float64Array,
  first: number,
  end: number,
): void {
  for (let i = first; i < end; i++) {
    const r = rowsOfTerms[i];
    const probability = lapse[r];
    const kept = logKept[r] + logTerms[i];
    const lapsed = logLapsed[r] + logLapse[i];
    if (isOff[r] === 1 || (kept === -Infinity && lapsed === -Infinity)) {
      // Differences of infinities below would be NaN, and spoil other positions of a batch.
      byTerm[i] = 0;
      byProbability[i] = 0;
      logTerms[i] = -Infinity;
      continue;
    }
    const ratio = Math.exp(-Math.abs(lapsed - kept));
    const total = Math.max(kept, lapsed) + Math.log1p(ratio);
    const larger = 1 / (1 + ratio);
    const shareKept = kept >= lapsed ? larger : ratio * larger;
    const shareLapsed = kept >= lapsed ? ratio * larger : larger;
    // The shares divided by the probabilities, which at 0 and 1 leave the other way only.
    const byLapse = probability > 0 ? shareLapsed / probability : Math.exp(logLapse[i] - total);
    const byKept = probability < 1 ? shareKept / (1 - probability) : Math.exp(logTerms[i] - total);
    byTerm[i] = shareKept;
    byProbability[i] = byLapse - byKept;
    logTerms[i] = total;
  }
}

function termLapses(
  { columns: specs }: Likelihood,
  density: LapseDensity,
  columns: Columns,
  termOfTrial: Int32Array,
  numTerms: number,
): Float64Array {
  const values = specs.map(({ name }) => columns[name]);
  const ofTrials = logLapseDensities(density, values, termOfTrial.length);
  const ofTerms = new Float64Array(numTerms);
  for (let i = 0; i < termOfTrial.length; i++) ofTerms[termOfTrial[i]] = ofTrials[i];
  return ofTerms;
}

/** Overwrites `rows` with those of `full`, whose last parameter is the probability. */
function splitRows(full: Float64Array, parameters: readonly ParameterSpec[], rows: MixtureRows): void {
  const { theta, lapse, isOff } = rows;
  const width = parameters.length;
  for (let r = 0; r < isOff.length; r++) {
    lapse[r] = full[r * (width + 1) + width];
    rows.logKept[r] = Math.log1p(-lapse[r]);
    rows.logLapsed[r] = Math.log(lapse[r]);
    let isRowOff = !isOnSupport(LAPSE_PARAMETER.support, lapse[r]);
    for (let p = 0; p < width; p++) {
      const value = full[r * (width + 1) + p];
      theta[r * width + p] = value;
      // NaN is a failure of the model, which shall show.
      isRowOff ||= !(isOnSupport(parameters[p].support, value) || Number.isNaN(value));
    }
    isOff[r] = isRowOff ? 1 : 0;
  }
}

function mixtureSampler(
  { parameters, columns }: Likelihood,
  sample: NonNullable<Likelihood["sample"]>,
  density: LapseDensity,
): NonNullable<Likelihood["sample"]> {
  const drawLapse = lapseSampler(density);
  const width = parameters.length;
  return (rng: Rng, full, count, out, conditions) => {
    const numRows = full.length / (width + 1);
    const rows = mixtureRows(numRows, width);
    splitRows(full, parameters, rows);
    sample(rng, rows.theta, count, out, conditions);
    for (let i = 0; i < count; i++) {
      if (rng.uniform() < rows.lapse[numRows === 1 ? 0 : i]) drawLapse(rng, out, i * columns.length);
    }
  };
}
