import { type Argument, describeSupport, isExpression, isOnSupport, PoolishError } from "@poolish/core";
import type { Distribution, Family, Strided } from "./family.ts";

function validate(family: Family, parameters: readonly Argument[]): void {
  family.parameters.forEach(({ name, support }, k) => {
    const value = parameters[k];
    if (isExpression(value) || (typeof value === "number" && isOnSupport(support, value))) return;
    const row = isNumbers(value) ? Array.from(value).findIndex((element) => !isOnSupport(support, element)) : undefined;
    if (row === -1) return;
    const got = row === undefined ? String(value) : `${Array.from(value as ArrayLike<number>)[row]}`;
    throw new PoolishError(`expected ${describeSupport(support)}, got ${got}`, {
      kind: "input",
      field: `${family.name}.${name}`,
      remedy: `Pass ${describeSupport(support)} or a value of a model.`,
      ...(row === undefined ? {} : { row }),
    });
  });
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** The parameters as numbers. @throws PoolishError when one of them is a model expression or an array. */
function numericParameters(family: Family, parameters: readonly Argument[], verb: string): readonly number[] {
  return parameters.map((value, k) => {
    if (typeof value === "number") return value;
    const what = isNumbers(value)
      ? "holds one number a trial"
      : "is a value of a model, which is not known outside of it";
    throw new PoolishError(`${what}; cannot ${verb}`, {
      kind: "model",
      field: `${family.name}.${family.parameters[k].name}`,
      remedy: "Use the distribution inside the model (sample, observe), or give it numbers.",
    });
  });
}

function constantColumn(value: number): Strided {
  return { values: Float64Array.of(value), offset: 0, stride: 0 };
}

function logProb(family: Family, x: number, parameters: readonly number[]): number {
  const logTerms = new Float64Array(1);
  const partials = Array.from({ length: 1 + parameters.length }, () => new Float64Array(1));
  family.evaluate(1, constantColumn(x), parameters.map(constantColumn), logTerms, partials);
  return logTerms[0];
}

/**
 * The distribution of `family` with `parameters`, in the family's order: what every factory returns.
 * @throws PoolishError naming `family.parameter` when a numeric parameter is off its support or NaN.
 */
export function distribution(family: Family, parameters: readonly Argument[]): Distribution {
  validate(family, parameters);
  return {
    family,
    parameters,
    logProb: (x) => logProb(family, x, numericParameters(family, parameters, "give a log-probability")),
    sample: (rng) => family.sample(rng, numericParameters(family, parameters, "sample")),
  };
}
