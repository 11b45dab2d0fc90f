/** The mean and the standard deviation (divisor n − 1) that `scale` and `center` saw. */
export interface Standardisation {
  readonly mean: number;
  readonly standardDeviation: number;
}

/**
 * What a design remembers of the data that it was made from, as plain data: levels by column, statistics by the text of
 * the call ("scale(log(x))"). New data are coded with these.
 */
export interface Training {
  readonly levels: Readonly<Record<string, readonly string[]>>;
  /** Columns that are categories wherever a term uses them: text, and those with declared levels. */
  readonly categorical: readonly string[];
  readonly standardisations: Readonly<Record<string, Standardisation>>;
}

/** A `Training` that is being filled; what it has already is never changed. */
export interface OpenTraining {
  readonly levels: Map<string, readonly string[]>;
  readonly categorical: Set<string>;
  readonly standardisations: Map<string, Standardisation>;
}

/** `known` of a new fit are declared levels: their columns are categories. */
export function openTraining(known?: Partial<Training>): OpenTraining {
  return {
    levels: new Map(Object.entries(known?.levels ?? {})),
    categorical: new Set(known?.categorical ?? Object.keys(known?.levels ?? {})),
    standardisations: new Map(Object.entries(known?.standardisations ?? {})),
  };
}

export function closeTraining({ levels, categorical, standardisations }: OpenTraining): Training {
  return {
    levels: Object.fromEntries(levels),
    categorical: [...categorical],
    standardisations: Object.fromEntries(standardisations),
  };
}
