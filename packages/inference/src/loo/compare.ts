import { PoolishError } from "@poolish/core";
import { LARGEST_K_HAT } from "@poolish/mcmc";
import { type Loo, standardErrorOfSum } from "./loo.ts";

/** One line of a comparison. */
export interface ComparedModel {
  readonly name: string;
  readonly elpd: number;
  /** Of the elpd itself. Says little about differences, which share most of it. */
  readonly standardError: number;
  /** elpd of the best model - elpd of this one: 0 for the best, positive for others. */
  readonly difference: number;
  /** Of the difference, from its spread over units; 0 for the best. */
  readonly differenceStandardError: number;
  readonly numParameters: number;
  /** Units whose k-hat is above 0.7. */
  readonly numDoubtful: number;
}

export interface Comparison {
  /** Best first. */
  readonly models: readonly ComparedModel[];
  /** What a reader should know: doubtful elpds, and differences that are within four standard errors or four nats. */
  readonly notices: readonly string[];
}

/**
 * Compares models of the same data by their elpd (Vehtari, Gelman & Gabry 2017, §5.2): best first.
 * @throws PoolishError for fewer than two models, and for models whose data or units differ.
 */
export function compare(models: Readonly<Record<string, Loo>>): Comparison {
  const entries = Object.entries(models);
  if (entries.length < 2) {
    refuse(
      "models",
      "there is nothing to compare",
      "Pass two models or more: compare({ a: loo(fitA), b: loo(fitB) }).",
    );
  }
  const [[firstName, first]] = entries;
  for (const [name, loo] of entries) requireSameUnits(firstName, first, name, loo);
  const sorted = entries.toSorted(([, a], [, b]) => b.elpd - a.elpd);
  const [[, best]] = sorted;
  const compared = sorted.map(([name, loo]): ComparedModel => {
    const differences = best.pointwise.map((value, i) => value - loo.pointwise[i]);
    return {
      name,
      elpd: loo.elpd,
      standardError: loo.standardError,
      difference: best.elpd - loo.elpd,
      differenceStandardError: standardErrorOfSum(differences),
      numParameters: loo.numParameters,
      numDoubtful: loo.kHat.reduce((count, value) => count + Number(!(value <= LARGEST_K_HAT)), 0),
    };
  });
  return {
    models: compared,
    notices: [
      ...entries.flatMap(([name, { notices }]) => notices.map((text) => `${name}: ${text}`)),
      ...close(compared),
    ],
  };
}

/** Below four nats a difference is too small for its normal error to hold (Sivula, Magnusson & Vehtari 2020). */
const SMALL_DIFFERENCE = 4;

function close([best, ...others]: readonly ComparedModel[]): string[] {
  return others.flatMap(({ name, difference, differenceStandardError }) => {
    if (difference >= SMALL_DIFFERENCE && difference >= SMALL_DIFFERENCE * differenceStandardError) return [];
    return [
      `${best.name} and ${name} predict about equally well: the difference is ${difference.toFixed(1)} ± ${differenceStandardError.toFixed(1)}.`,
    ];
  });
}

function requireSameUnits(firstName: string, first: Loo, name: string, other: Loo): void {
  if (first.unit !== other.unit || first.labels.length !== other.labels.length) {
    const units = ({ unit, labels }: Loo): string => `${labels.length} by ${unit}`;
    refuse(name, `it has ${units(other)}, ${firstName} has ${units(first)}`, "Leave out the same units of all models.");
  }
  const { observed } = first;
  const row = observed.findIndex((value, i) => value !== other.observed[i]);
  if (row < 0 && observed.length === other.observed.length) return;
  refuse(
    name,
    `its data are not those of ${firstName}`,
    "Fit all models to the same trials in the same order, on the same scale.",
    Math.max(row, 0),
  );
}

function refuse(field: string, message: string, remedy: string, row?: number): never {
  throw new PoolishError(message, { kind: "input", field, remedy, ...(row === undefined ? {} : { row }) });
}
