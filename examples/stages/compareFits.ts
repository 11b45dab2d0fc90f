import type { Fit } from "@poolish/inference";

/** How far one fit is from another that is right: per parameter, and over all pairs. */
export interface FitComparison {
  readonly rows: readonly {
    readonly name: string;
    readonly mean: number;
    readonly sd: number;
    /** The difference of the means in standard deviations of the right one, and the ratio of the standard deviations. */
    readonly error: number;
    readonly sdRatio: number;
  }[];
  readonly worstError: number;
  /** The largest difference of a correlation. */
  readonly worstCorrelation: number;
}

function centredDraws(fit: Fit, name: string): Float64Array {
  const all = Float64Array.from(fit.draws(name).flatMap((chain) => [...chain]));
  const mean = all.reduce((sum, value) => sum + value / all.length, 0);
  return all.map((value) => value - mean);
}

function correlations(fit: Fit, names: readonly string[]): number[][] {
  const columns = names.map((name) => centredDraws(fit, name));
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
  return columns.map((a, i) => columns.map((b, j) => dot(a, b) / (lengths[i] * lengths[j])));
}

/** `fit` beside `right`, for the scalars that `right` has. */
export function compareFits(fit: Fit, right: Fit): FitComparison {
  const answers = new Map(fit.summary().map((row) => [row.name, row]));
  const rows = right.summary().map(({ name, mean, sd }) => {
    const answer = answers.get(name);
    if (answer === undefined) throw new Error(`no answer for ${name}`);
    return { name, mean, sd, error: (answer.mean - mean) / sd, sdRatio: answer.sd / sd };
  });
  const names = rows.map(({ name }) => name);
  const [a, b] = [correlations(fit, names), correlations(right, names)];
  return {
    rows,
    worstError: Math.max(...rows.map(({ error }) => Math.abs(error))),
    worstCorrelation: Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i][j])))),
  };
}
