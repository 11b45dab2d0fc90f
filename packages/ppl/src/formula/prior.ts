import { isOnSupport, PoolishError } from "@poolish/core";
import { type Distribution, distribution, type Family, families } from "@poolish/distributions";
import { type FormulaSource, refuseFormula } from "./formulaSource.ts";
import { parseSyntax } from "./parseSyntax.ts";
import type { Syntax } from "./syntax.ts";

/** A prior with known numbers, as plain data. */
export interface Prior {
  /** The name of a family of @poolish/distributions. */
  readonly family: string;
  readonly parameters: readonly number[];
  /** True when the user chose it. */
  readonly isCustom: boolean;
}

/** "normal(0, 1.5)": what `parsePrior` reads. */
export function priorText({ family, parameters }: Prior): string {
  return `${family}(${parameters.join(", ")})`;
}

/** The prior as a distribution of the language. */
export function distributionOf(prior: Prior): Distribution {
  return distribution(continuousFamily(prior.family), prior.parameters);
}

type ScalarFamily = Distribution["family"];

function continuousFamily(name: string): ScalarFamily {
  const family = scalarFamilies().find((each) => each.name === name);
  if (family === undefined) throw new Error(`no family ${name}`);
  return family;
}

function scalarFamilies(): ScalarFamily[] {
  const isScalar = (family: Family): family is ScalarFamily => family.eventShape === "scalar" && !family.isDiscrete;
  return families.filter(isScalar);
}

/**
 * Reads a prior from text: "normal(0, 1)". `field` is the variable that it is for.
 * @throws PoolishError with the column of an unknown family, a wrong number of parameters, or one off its support.
 */
export function parsePrior(text: string, field: string): Prior {
  const source: FormulaSource = { field, text };
  const { name, numbers, at } = numericCall(source);
  const family = scalarFamilies().find((each) => each.name === name);
  if (family === undefined) {
    const names = scalarFamilies()
      .map((each) => each.name)
      .join(", ");
    return refuseFormula(source, at, `${name} is no continuous distribution`, `The priors are ${names}.`);
  }
  const wanted = family.parameters.map((parameter) => parameter.name);
  if (numbers.length !== wanted.length) {
    refuseFormula(
      source,
      at,
      `${name} takes ${wanted.length} numbers, got ${numbers.length}`,
      `Write ${name}(${wanted.join(", ")}).`,
    );
  }
  const wrong = family.parameters.findIndex(({ support }, k) => !isOnSupport(support, numbers[k]));
  if (wrong >= 0) {
    refuseFormula(source, at, `${wanted[wrong]} cannot be ${numbers[wrong]}`, `Write ${name}(${wanted.join(", ")}).`);
  }
  const { lower, upper } = family.support(numbers);
  if (!(lower < upper)) {
    refuseFormula(source, at, `no number lies between ${lower} and ${upper}`, `Write ${name}(${wanted.join(", ")}).`);
  }
  return { family: name, parameters: numbers, isCustom: true };
}

/** As `parsePrior`, for a standard deviation: the family must not go below 0. */
export function parseScalePrior(text: string, field: string): Prior {
  const prior = parsePrior(text, field);
  const { lower } = continuousFamily(prior.family).support(prior.parameters);
  if (lower >= 0) return prior;
  throw new PoolishError(`${text} gives a standard deviation below 0 some probability`, {
    kind: "model",
    field,
    remedy: "Use halfNormal, exponential, gamma or another distribution of positive numbers.",
  });
}

/** Reads "lkj(2)", the prior of correlations: its shape, 1 for all correlation matrices alike, more for weaker ones. */
export function parseCorrelationPrior(text: string, field: string): number {
  const source: FormulaSource = { field, text };
  const { name, numbers, at } = numericCall(source);
  if (name === "lkj" && numbers.length === 1 && numbers[0] > 0) return numbers[0];
  return refuseFormula(source, at, "correlations have the prior lkj(shape) with a shape above 0", "Write lkj(2).");
}

function numericCall(source: FormulaSource): { name: string; numbers: number[]; at: number } {
  const syntax = parseSyntax(source);
  if (syntax.kind === "call") {
    return { name: syntax.name, numbers: syntax.inputs.map((input) => numberOf(source, input)), at: syntax.at };
  }
  return refuseFormula(source, syntax.at, "a prior is a distribution with numbers", 'Write e.g. "normal(0, 1)".');
}

function numberOf(source: FormulaSource, syntax: Syntax): number {
  if (syntax.kind === "number") return syntax.value;
  if (syntax.kind === "sign") {
    const value = numberOf(source, syntax.operand);
    return syntax.operator === "-" ? -value : value;
  }
  if (syntax.kind === "binary" && syntax.operator === "/") {
    return numberOf(source, syntax.left) / numberOf(source, syntax.right);
  }
  return refuseFormula(source, syntax.at, "a prior's parameters are numbers", 'Write e.g. "normal(0, 1)".');
}
