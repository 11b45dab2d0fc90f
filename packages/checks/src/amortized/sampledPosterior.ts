import { PoolishError, type Rng } from "@poolish/core";

/** p(θ | x) that was learned for every x: what is checked. The posterior estimators of @poolish/estimators are such. */
export interface SampledPosterior {
  readonly parameters: readonly { readonly name: string }[];
  /**
   * `count` draws of θ at one x: count × numParameters, row-major. An x is one row of columns, then known conditions; or as
   * many rows as there are trials.
   */
  sample(rng: Rng, x: Float64Array, count: number): Float64Array;
  /** log p(θ_i | x) of the rows of θ at one x, up to a function of x. */
  logProb?(theta: Float64Array, x: Float64Array): Float64Array;
  /** What it conditions on: the numbers that it makes of one x. */
  summaries?(x: Float64Array): Float64Array;
}

/** Simulations that the posterior has not seen; `Simulations` of @poolish/sbi has all of it. */
export interface PosteriorSimulations {
  readonly count: number;
  /** count × parameters, row-major. */
  readonly theta: Float64Array;
  /** One row of columns a trial, row-major; simulations with a number that is not finite are left out. */
  readonly x: Float64Array;
  /** One row of known conditions a trial. */
  readonly conditionValues?: Float64Array;
  /** The number of trials of each simulation; one each where it is absent. */
  readonly numTrials?: Int32Array;
}

/** A simulation as the checks read it. */
export interface Truth {
  readonly theta: Float64Array;
  readonly x: Float64Array;
}

/**
 * The first `most` usable simulations, one by one.
 * @throws PoolishError for lengths that do not fit.
 */
export function readTruths(simulations: PosteriorSimulations, numParameters: number, most: number): Truth[] {
  const { count, theta, x, numTrials, conditionValues = new Float64Array(0) } = simulations;
  if (theta.length !== count * numParameters) {
    throw new PoolishError(`${theta.length} numbers do not fill ${count} rows of ${numParameters} parameters`, {
      kind: "input",
      field: "simulations.theta",
      remedy: "Pass simulations of the simulator that the posterior was trained on.",
    });
  }
  const numRows = numTrials === undefined ? count : numTrials.reduce((sum, own) => sum + own, 0);
  const [width, known] = [x.length / numRows, conditionValues.length / numRows];
  if (!Number.isInteger(width) || !Number.isInteger(known)) {
    throw new PoolishError(`${x.length} numbers and ${conditionValues.length} conditions do not fill ${numRows} rows`, {
      kind: "input",
      field: "simulations.x",
      remedy: "Pass one row of columns, and of conditions, for each trial.",
    });
  }
  const truths: Truth[] = [];
  let row = 0;
  for (let i = 0; i < count && truths.length < most; i++) {
    const end = row + (numTrials === undefined ? 1 : numTrials[i]);
    const own = rowsOf(x, width, conditionValues, known, row, end);
    if (own.every(Number.isFinite)) {
      truths.push({ theta: theta.slice(i * numParameters, (i + 1) * numParameters), x: own });
    }
    row = end;
  }
  return truths;
}

/** Rows of x, each with its conditions behind it. */
function rowsOf(
  x: Float64Array,
  width: number,
  conditions: Float64Array,
  known: number,
  from: number,
  end: number,
): Float64Array {
  const rows = new Float64Array((end - from) * (width + known));
  for (let row = from; row < end; row++) {
    const at = (row - from) * (width + known);
    rows.set(x.subarray(row * width, (row + 1) * width), at);
    rows.set(conditions.subarray(row * known, (row + 1) * known), at + width);
  }
  return rows;
}

/** @throws PoolishError unless there are at least `fewest`. */
export function requireTruths(truths: readonly Truth[], fewest: number): void {
  if (truths.length >= fewest) return;
  throw new PoolishError(`${truths.length} usable simulations are too few`, {
    kind: "input",
    field: "simulations",
    remedy: `Simulate at least ${fewest} that the posterior has not seen.`,
  });
}
