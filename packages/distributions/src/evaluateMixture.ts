import { logSumExp } from "@poolish/math";
import { areNumbersOnSupport, countNumbers, gatherNumbers, refuseWideElement } from "./component.ts";
import type { ScalarFamily } from "./family.ts";
import { areShares } from "./structure.ts";

interface Scratch {
  readonly logTerms: readonly Float64Array[];
  readonly partials: readonly (readonly Float64Array[])[];
}

function makeScratch(components: readonly ScalarFamily[], count: number): Scratch {
  return {
    logTerms: components.map(() => new Float64Array(count)),
    partials: components.map((component) => [
      new Float64Array(count),
      ...component.parameters.map(({ size = 1 }) => new Float64Array(count * size)),
    ]),
  };
}

/** Where the numbers of each component begin, after the weights, and (last) how many numbers there are. */
export function startsOf(components: readonly ScalarFamily[]): readonly number[] {
  const starts = [components.length];
  for (const component of components) starts.push(starts[starts.length - 1] + countNumbers(component));
  return starts;
}

/** True when the weights are shares and each number of the components lies where its parameter must. */
export function areMixtureNumbersOnSupport(
  components: readonly ScalarFamily[],
  starts: readonly number[],
  numbers: readonly number[],
): boolean {
  if (!areShares(numbers, 0, components.length)) return false;
  return components.every((component, c) => areNumbersOnSupport(component, numbers, starts[c]));
}

/** The `evaluate` of a mixture: each component's, then their sum; responsibilities weigh their partials. */
export function evaluateMixture(components: readonly ScalarFamily[]): ScalarFamily["evaluate"] {
  const starts = startsOf(components);
  const numbers: number[] = new Array(starts[components.length]).fill(0);
  const terms = new Float64Array(components.length);
  let scratch = makeScratch(components, 1);
  return (count, x, parameters, logTerms, partials) => {
    if (scratch.logTerms[0].length < count) scratch = makeScratch(components, count);
    let first = 1;
    for (let c = 0; c < components.length; c++) {
      const end = first + components[c].parameters.length;
      components[c].evaluate(count, x, parameters.slice(first, end), scratch.logTerms[c], scratch.partials[c]);
      first = end;
    }
    const columns = [x, ...parameters];
    for (let i = 0; i < count; i++) {
      const isAnyNaN = gatherNumbers(parameters, i, numbers) || Number.isNaN(x.values[x.offset + i * x.stride]);
      if (isAnyNaN || !areMixtureNumbersOnSupport(components, starts, numbers)) {
        refuseWideElement(i, columns, logTerms, partials, isAnyNaN);
        continue;
      }
      for (let c = 0; c < terms.length; c++) terms[c] = Math.log(numbers[c]) + scratch.logTerms[c][i];
      logTerms[i] = logSumExp(terms);
      combine(i, components, scratch, terms, logTerms[i], partials);
    }
  };
}

/** The partials of element i, whose log-density is `logTerm`. A component that cannot have made x has none. */
function combine(
  i: number,
  components: readonly ScalarFamily[],
  scratch: Scratch,
  terms: Float64Array,
  logTerm: number,
  partials: readonly Float64Array[],
): void {
  const isPossible = logTerm > -Infinity;
  partials[0][i] = 0;
  let next = 2;
  for (let c = 0; c < components.length; c++) {
    const responsibility = isPossible ? Math.exp(terms[c] - logTerm) : 0;
    const own = scratch.partials[c];
    partials[1][i * components.length + c] = isPossible ? Math.exp(scratch.logTerms[c][i] - logTerm) : 0;
    if (responsibility > 0) partials[0][i] += responsibility * own[0][i];
    for (let k = 1; k < own.length; k++, next++) {
      const width = components[c].parameters[k - 1].size ?? 1;
      for (let j = i * width; j < (i + 1) * width; j++) {
        partials[next][j] = responsibility > 0 ? responsibility * own[k][j] : 0;
      }
    }
  }
}
