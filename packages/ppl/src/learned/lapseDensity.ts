import { type ColumnSpec, type Likelihood, PoolishError, type Rng } from "@poolish/core";
import {
  type Distribution,
  descriptorOf,
  type FamilyDescriptor,
  familyFrom,
  parameterNumbers,
} from "@poolish/distributions";

/**
 * How a column is distributed in trials that the likelihood has nothing to say of: a distribution with known numbers, a
 * list of values that are equally likely, or "uniform" over what the column declares: its categories, or the integers or
 * the interval between its numeric bounds.
 */
export type LapseColumn = Distribution | readonly number[] | "uniform";

/** A column's lapse density as plain data. */
export type LapseColumnDescriptor =
  | { readonly kind: "family"; readonly family: FamilyDescriptor; readonly parameters: readonly number[] }
  | { readonly kind: "values"; readonly values: readonly number[] };

/** One entry for each column of the likelihood, in its order. Columns are independent in a lapse. */
export type LapseDensity = readonly LapseColumnDescriptor[];

/**
 * Settles the density of lapses over all columns. @throws PoolishError for a likelihood that is known up to a factor only,
 * a column without a density or too many, and a density that cannot be that column's.
 */
export function lapseDensity(likelihood: Likelihood, density: Readonly<Record<string, LapseColumn>>): LapseDensity {
  const { columns, isNormalised } = likelihood;
  const names = columns.map(({ name }) => name);
  if (!isNormalised) {
    refuse(
      "lapse",
      "a mixture needs densities, and this likelihood is known up to a factor only",
      "Leave the lapse out, or use a normalised likelihood, such as one trained with nle().",
    );
  }
  const foreign = Object.keys(density).find((name) => !names.includes(name));
  const all = `Give each of the columns ${names.join(", ")} a density.`;
  if (foreign !== undefined) refuse(`lapse.density.${foreign}`, "the likelihood has no such column", all);
  return columns.map((column) => {
    const given = density[column.name];
    if (given === undefined) refuse(`lapse.density.${column.name}`, "this column has no density in a lapse", all);
    return columnDensity(column, given);
  });
}

function columnDensity(column: ColumnSpec, given: LapseColumn): LapseColumnDescriptor {
  if (given === "uniform") return uniformOver(column);
  if (!("family" in given)) return equallyLikely(column, given);
  const { family } = given;
  if (family.isDiscrete !== (column.kind !== "continuous")) {
    const what = family.isDiscrete ? "discrete" : "continuous";
    refuse(
      `lapse.density.${column.name}`,
      `${family.name} is ${what}, the column holds a ${column.kind === "continuous" ? "continuous number" : column.kind}`,
      column.kind === "continuous" ? "Write e.g. uniform(0, 20)." : 'Write "uniform", or list the values: [0, 1].',
    );
  }
  const parameters = given.parameters.map((value, k) =>
    typeof value === "number"
      ? value
      : refuse(
          `lapse.density.${column.name}.${family.parameters[k].name}`,
          "a lapse density has known numbers only",
          "Let the lapse probability vary instead.",
        ),
  );
  return { kind: "family", family: descriptorOf(family), parameters: parameterNumbers(family, parameters) };
}

function equallyLikely({ name, kind }: ColumnSpec, values: readonly number[]): LapseColumnDescriptor {
  if (kind === "continuous") {
    refuse(`lapse.density.${name}`, "a list of values is no density of continuous numbers", "Write uniform(0, 20).");
  }
  if (values.length === 0 || !values.every(Number.isFinite) || new Set(values).size < values.length) {
    refuse(`lapse.density.${name}`, "the values must be different numbers", "List each value once: [0, 1].");
  }
  return { kind: "values", values };
}

function uniformOver({ name, kind, bounds, categories }: ColumnSpec): LapseColumnDescriptor {
  if (categories !== undefined) return { kind: "values", values: categories };
  const { lower, upper } = bounds ?? {};
  if (typeof lower === "number" && typeof upper === "number" && upper - lower < Infinity) {
    if (kind === "continuous") return { kind: "family", family: "uniform", parameters: [lower, upper] };
    const count = Math.floor(upper) - Math.ceil(lower) + 1;
    return { kind: "values", values: Array.from({ length: count }, (_, i) => Math.ceil(lower) + i) };
  }
  return refuse(
    `lapse.density.${name}`,
    `"uniform" needs a range, and the ${kind} column declares none`,
    kind === "continuous" ? "State it: uniform(0, 20)." : "List the values that a lapse can give: [0, 1].",
  );
}

/** log q of each trial: the sum over columns. -Infinity for what no lapse gives. */
export function logLapseDensities(
  density: LapseDensity,
  columns: readonly ArrayLike<number>[],
  numTrials: number,
): Float64Array {
  const out = new Float64Array(numTrials);
  density.forEach((column, c) => {
    const logProb = logProbOf(column);
    for (let i = 0; i < numTrials; i++) out[i] += logProb(columns[c][i]);
  });
  return out;
}

function logProbOf(column: LapseColumnDescriptor): (x: number) => number {
  if (column.kind === "values") {
    const values = new Set(column.values);
    return (x) => (values.has(x) ? -Math.log(values.size) : -Infinity);
  }
  const family = familyFrom(column.family);
  const stridedOf = (x: number) => ({ values: Float64Array.of(x), offset: 0, stride: 0, width: 1 });
  const parameters = column.parameters.map(stridedOf);
  const logTerms = new Float64Array(1);
  const partials = [0, ...column.parameters].map(() => new Float64Array(1));
  return (x) => {
    family.evaluate(1, stridedOf(x), parameters, logTerms, partials);
    return logTerms[0];
  };
}

/** Overwrites out[offset …) with one lapse, a number for each column. */
export function lapseSampler(density: LapseDensity): (rng: Rng, out: Float64Array, offset: number) => void {
  const samplers = density.map((column): ((rng: Rng) => number) => {
    if (column.kind === "values") return (rng) => column.values[Math.floor(rng.uniform() * column.values.length)];
    const family = familyFrom(column.family);
    if (family.eventShape !== "scalar") throw new Error(`${family.name} is no family of numbers`);
    return (rng) => family.sample(rng, column.parameters);
  });
  return (rng, out, offset) => {
    for (let c = 0; c < samplers.length; c++) out[offset + c] = samplers[c](rng);
  };
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "model", field, remedy });
}
