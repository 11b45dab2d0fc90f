import { isOnSupport, PoolishError } from "@poolish/core";
import type { Family, FamilyParameter, ScalarFamily, Strided } from "./family.ts";

/** How many numbers a parameter has; undefined for a vector of any length. */
export function sizeOfParameter({ shape, size }: FamilyParameter): number | undefined {
  return shape === undefined || shape === "scalar" ? 1 : size;
}

/** How many numbers all parameters of a component have. @throws Error for a family that is no component. */
export function countNumbers({ name, parameters }: Family): number {
  return parameters.reduce((sum, parameter) => {
    const size = sizeOfParameter(parameter);
    if (size === undefined) throw new Error(`${name}.${parameter.name} has no fixed size`);
    return sum + size;
  }, 0);
}

/**
 * The family if it can be a component of the composed family `kind`: of one number, with parameters of fixed size and a
 * density (or a mass) throughout. @throws PoolishError naming the family otherwise.
 */
export function requireComponent(kind: string, family: Family): ScalarFamily {
  const refuse = (why: string): never => {
    throw new PoolishError(`${family.name} ${why}, and so cannot be ${kind}`, {
      kind: "model",
      field: `${kind}.${family.name}`,
      remedy: "Compose families of single numbers, such as normal or poisson.",
    });
  };
  if (family.eventShape !== "scalar") return refuse("is a family of vectors");
  if (family.hasAtoms) return refuse("has both a density and probabilities of single values");
  if (family.parameters.some((parameter) => sizeOfParameter(parameter) === undefined)) {
    return refuse("has a vector parameter");
  }
  return family;
}

/** Overwrites `numbers` with all numbers of element i of the first parameters; true when one of them is NaN. */
export function gatherNumbers(
  parameters: readonly Strided[],
  i: number,
  numbers: number[],
  numParameters: number = parameters.length,
): boolean {
  let next = 0;
  let isAnyNaN = false;
  for (let k = 0; k < numParameters; k++) {
    const { values, offset, stride, width } = parameters[k];
    for (let j = 0; j < width; j++) {
      const value = values[offset + i * stride + j];
      numbers[next++] = value;
      isAnyNaN ||= Number.isNaN(value);
    }
  }
  return isAnyNaN;
}

/** True when each number from numbers[start] on lies where its parameter of `family` must. */
export function areNumbersOnSupport({ parameters }: Family, numbers: readonly number[], start = 0): boolean {
  let next = start;
  for (let k = 0; k < parameters.length; k++) {
    const size = sizeOfParameter(parameters[k]) ?? 0;
    for (let j = 0; j < size; j++) if (!isOnSupport(parameters[k].support, numbers[next++])) return false;
  }
  return true;
}

/** `refuseElement` for arrays that are wider than one number an element. */
export function refuseWideElement(
  i: number,
  columns: readonly Strided[],
  logTerms: Float64Array,
  partials: readonly Float64Array[],
  isAnyNaN: boolean,
): void {
  logTerms[i] = isAnyNaN ? Number.NaN : -Infinity;
  for (let k = 0; k < columns.length; k++) {
    const { width } = columns[k];
    partials[k].fill(isAnyNaN ? Number.NaN : 0, i * width, (i + 1) * width);
  }
}

/**
 * The parameters' part of `logCumulative`'s partials, laid out as `evaluate` has them for element i: subtracted from the
 * first `numParameters` arrays after that of x, or put in their place.
 */
export function copyMassPartials(
  i: number,
  parameters: readonly Strided[],
  numParameters: number,
  massPartials: Float64Array,
  partials: readonly Float64Array[],
  isSubtracted: boolean,
): void {
  let next = 2;
  for (let k = 0; k < numParameters; k++) {
    const { width } = parameters[k];
    const target = partials[1 + k];
    for (let j = i * width; j < (i + 1) * width; j++, next++) {
      target[j] = isSubtracted ? target[j] - massPartials[next] : massPartials[next];
    }
  }
}
