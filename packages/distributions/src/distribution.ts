import { type Argument, describeSupport, isExpression, isOnSupport, PoolishError } from "@poolish/core";
import type {
  Distribution,
  Family,
  FamilyParameter,
  ScalarFamily,
  Strided,
  VectorDistribution,
  VectorFamily,
} from "./family.ts";
import { isNumbers, parameterNumbers } from "./parameterNumbers.ts";
import { faultOfStructure } from "./structure.ts";

function isScalar({ shape }: FamilyParameter): boolean {
  return shape === undefined || shape === "scalar";
}

function validate(family: Family, parameters: readonly Argument[]): void {
  for (const [k, parameter] of family.parameters.entries()) validateParameter(family, parameter, parameters[k]);
}

function validateParameter({ name: familyName }: Family, parameter: FamilyParameter, value: Argument): void {
  const { name, support } = parameter;
  if (isExpression(value)) return;
  if (typeof value === "number" && isScalar(parameter) && isOnSupport(support, value)) return;
  const row = isNumbers(value) ? Array.from(value).findIndex((element) => !isOnSupport(support, element)) : undefined;
  if (row === -1) {
    validateStructure(`${familyName}.${name}`, parameter, value);
    return;
  }
  const got = row === undefined ? String(value) : `${Array.from(value as ArrayLike<number>)[row]}`;
  const wanted = isScalar(parameter)
    ? describeSupport(support)
    : `a ${parameter.shape} of numbers, each ${describeSupport(support)}`;
  throw new PoolishError(`expected ${wanted}, got ${got}`, {
    kind: "input",
    field: `${familyName}.${name}`,
    remedy: `Pass ${wanted} or a value of a model.`,
    ...(row === undefined ? {} : { row }),
  });
}

function validateStructure(field: string, parameter: FamilyParameter, value: Argument): void {
  if (isScalar(parameter) || !isNumbers(value)) return;
  const wanted = faultOfStructure(parameter, value);
  if (wanted === undefined) return;
  throw new PoolishError(`expected ${wanted}, got ${Array.from(value).join(", ")}`, {
    kind: "input",
    field,
    remedy: `Pass ${wanted}.`,
  });
}

/** The parameters as numbers. @throws PoolishError when one is a model expression, or an array in a scalar's place. */
function numericParameters(family: Family, parameters: readonly Argument[], verb: string): readonly number[] {
  parameters.forEach((value, k) => {
    const parameter = family.parameters[k];
    if (typeof value === "number" || (!isScalar(parameter) && isNumbers(value))) return;
    const what = isNumbers(value)
      ? "holds one number a trial"
      : "is a value of a model, which is not known outside of it";
    throw new PoolishError(`${what}; cannot ${verb}`, {
      kind: "model",
      field: `${family.name}.${parameter.name}`,
      remedy: "Use the distribution inside the model (sample, observe), or give it numbers.",
    });
  });
  return parameterNumbers(family, parameters);
}

function constantColumn(value: number | ArrayLike<number>): Strided {
  const values = typeof value === "number" ? Float64Array.of(value) : Float64Array.from(value);
  return { values, offset: 0, stride: 0, width: values.length };
}

function logProb(family: Family, x: number | ArrayLike<number>, parameters: readonly Argument[]): number {
  numericParameters(family, parameters, "give a log-probability");
  const logTerms = new Float64Array(1);
  const columns = [x, ...(parameters as readonly (number | ArrayLike<number>)[])].map(constantColumn);
  const partials = columns.map(({ width }) => new Float64Array(width));
  family.evaluate(1, columns[0], columns.slice(1), logTerms, partials);
  return logTerms[0];
}

/**
 * The distribution of `family` with `parameters`, in the family's order: what every factory of scalars returns.
 * @throws PoolishError naming `family.parameter` when a numeric parameter is off its support or NaN.
 */
export function distribution(family: ScalarFamily, parameters: readonly Argument[]): Distribution {
  validate(family, parameters);
  return {
    family,
    parameters,
    logProb: (x) => logProb(family, x, parameters),
    sample: (rng) => family.sample(rng, numericParameters(family, parameters, "sample")),
  };
}

/** `distribution` for a family of vectors or matrices. */
export function vectorDistribution(family: VectorFamily, parameters: readonly Argument[]): VectorDistribution {
  validate(family, parameters);
  return {
    family,
    parameters,
    logProb: (x) => logProb(family, x, parameters),
    sample(rng) {
      const numbers = numericParameters(family, parameters, "sample");
      const out = new Float64Array(family.eventSize(numbers));
      family.sample(rng, numbers, out);
      return out;
    },
  };
}
