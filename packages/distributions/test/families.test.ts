import {
  isOnSupport,
  isPointOnSupport,
  isScalarSupport,
  rngFromSeed,
  type ScalarSupport,
  type Support,
} from "@poolish/core";
import { bijectorFor } from "@poolish/math";
import { chiSquare, kolmogorovSmirnov } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { descriptorOf, type Family, families, familyFrom, type ScalarFamily, type Strided } from "../src/index.ts";
import { cases, type FamilyCase, nameOf, numbersOf, type Value } from "./cases.ts";
import { constant, cumulative, mass, probabilities, vectorMass } from "./quadrature.ts";

const EPSILON = 2 ** -52;
/** Draws of each sampler: Kolmogorov–Smirnov then sees a shift of 0.8 % of probability. */
const COUNT = 100_000;
/** One of some 30 means exceeds 4.5 standard errors by chance with probability 2e-4. */
const STANDARD_ERRORS = 4.5;

interface Evaluation {
  readonly logTerms: Float64Array;
  readonly partials: readonly Float64Array[];
}

/** Evaluates into buffers full of an odd number, so that an element that is not overwritten shows. */
function evaluate(family: Family, count: number, columns: readonly Strided[]): Evaluation {
  const [x, ...parameters] = columns;
  const logTerms = new Float64Array(count).fill(777);
  const partials = columns.map(({ width }) => new Float64Array(count * width).fill(777));
  family.evaluate(count, x, parameters, logTerms, partials);
  return { logTerms, partials };
}

/** Log-density and partials of one element, [logTerm, ∂x…, ∂parameters…], flattened. */
function at(family: Family, point: readonly Value[]): number[] {
  const { logTerms, partials } = evaluate(family, 1, point.map(constant));
  return [logTerms[0], ...partials.flatMap((partial) => Array.from(partial))];
}

function sizesOf(point: readonly Value[]): number[] {
  return point.map((value) => numbersOf(value).length);
}

/** Where input k of a family lies: x for k = 0, parameters after it; vectors of shares lie on a simplex. */
function supportOf({ family, parameters }: FamilyCase, k: number, size: number): Support {
  if (k === 0) return family.support(parameters.flatMap(numbersOf));
  const { support, structure } = family.parameters[k - 1];
  return structure === "simplex" ? { kind: "simplex", size } : support;
}

/** Distance of `value` from the nearer bound of `support`, at most 1. */
function room(support: ScalarSupport, value: number): number {
  return Math.min(1, value - support.lower, support.upper - value);
}

/**
 * The directions in which an input may move: along its numbers (those of a Cholesky factor that are not fixed zeros), or
 * along the unconstrained coordinates of a vector support.
 */
function paths(familyCase: FamilyCase, k: number, value: Value): ((step: number) => number[])[] {
  const numbers = numbersOf(value);
  const support = supportOf(familyCase, k, numbers.length);
  if (!isScalarSupport(support)) {
    const bijector = bijectorFor(support, numbers.length);
    const u = new Float64Array(bijector.unconstrainedSize);
    bijector.unconstrain(Float64Array.from(numbers), u);
    return Array.from(u, (_, j) => (step: number) => {
      const x = new Float64Array(numbers.length);
      bijector.constrain(u.with(j, u[j] + step), x);
      return Array.from(x);
    });
  }
  const isFactor = k > 0 && familyCase.family.parameters[k - 1].structure === "choleskyFactor";
  const side = Math.sqrt(numbers.length);
  return numbers.flatMap((number, j) => {
    if (isFactor && j % side > Math.floor(j / side)) return [];
    const scale = room(support, number);
    return [(step: number) => numbers.with(j, number + step * scale)];
  });
}

test("every family has a case", () => {
  const named = cases.map(({ family }) => family).filter(({ composition }) => composition === undefined);
  expect(new Set(named)).toEqual(new Set(families));
});

describe.each(cases.map((each) => [nameOf(each), each] as const))("%s", (_, familyCase) => {
  const { family, parameters, on, off, atoms = [] } = familyCase;
  const numbers = parameters.flatMap(numbersOf);
  const zeros = (point: readonly Value[]) => sizesOf(point).flatMap((size) => new Array<number>(size).fill(0));

  test("partials are central differences", () => {
    for (const x of on) {
      const point = [x, ...parameters];
      const { partials } = evaluate(family, 1, point.map(constant));
      const size = Math.abs(at(family, point)[0]);
      point.forEach((value, k) => {
        const support = supportOf(familyCase, k, numbersOf(value).length);
        const isBound = k > 0 && ["lower", "upper"].includes(family.parameters[k - 1].name);
        if (support.kind === "integer" || (family.isDiscrete && (k === 0 || isBound))) {
          expect(partials[k][0]).toBe(0);
          return;
        }
        // At an atom x and its bound only move together.
        if (atoms.includes(Number(x)) && (k === 0 || value === x)) return;
        for (const path of paths(familyCase, k, value)) {
          const h = 1e-4;
          const slope = (step: number): number =>
            (at(family, point.with(k, path(step)))[0] - at(family, point.with(k, path(-step)))[0]) / (2 * step);
          const [high, low] = [path(h), path(-h)];
          const exact = high.reduce((sum, end, j) => sum + (partials[k][j] * (end - low[j])) / (2 * h), 0);
          // Richardson: coarse - fine is three times the truncation error of fine, and a path's own curvature is of that
          // order. Rounding: terms of size below 1e3.
          const fine = slope(h);
          const coarse = slope(2 * h);
          const tolerance = 2 * Math.abs(coarse - fine) + (EPSILON * (1e3 + 4 * size)) / h + 2e-8 * Math.abs(exact);
          expect(Math.abs(exact - fine), `input ${k} at ${point}`).toBeLessThan(tolerance);
          expect(tolerance).toBeLessThan(2e-4 * (1 + Math.abs(exact)));
        }
      });
    }
  });

  test("at an atom x and its bound move together", () => {
    for (const atom of atoms.filter(() => !family.isDiscrete)) {
      const slope = (step: number) => {
        const moved = [atom + step, ...parameters.map((value) => (value === atom ? atom + step : value))];
        return at(family, moved)[0];
      };
      const exact = at(family, [atom, ...parameters]);
      const which = parameters.indexOf(atom);
      expect(exact[1] + exact[2 + which]).toBeCloseTo((slope(1e-5) - slope(-1e-5)) / 2e-5, 7);
    }
  });

  test("columns of stride 0 and of full stride agree with element-by-element evaluation", () => {
    const point = [on[0], ...parameters];
    const count = 3;
    for (let mask = 0; mask < 2 ** point.length; mask++) {
      const columns = point.map((value, k): Strided => {
        const entries = Array.from({ length: count }, (_, i) => numbersOf(columnEntry(familyCase, k, value, i)));
        const width = entries[0].length;
        return (mask >> k) & 1
          ? { values: Float64Array.of(-99, ...entries.flat(), -99), offset: 1, stride: width, width }
          : { values: Float64Array.of(-99, -99, ...numbersOf(value)), offset: 2, stride: 0, width };
      });
      const { logTerms, partials } = evaluate(family, count, columns);
      for (let i = 0; i < count; i++) {
        const element = columns.map(({ values, offset, stride, width }) =>
          Array.from(values.subarray(offset + i * stride, offset + i * stride + width)),
        );
        const flat = partials.flatMap((partial, k) => {
          const { width } = columns[k];
          return Array.from(partial.subarray(i * width, (i + 1) * width));
        });
        expect([logTerms[i], ...flat]).toEqual(at(family, element));
      }
    }
  });

  test("integrates to 1", () => {
    const tolerance = familyCase.hasKink ? 1e-6 : 1e-10;
    const own = family.isDiscrete ? [] : atoms;
    const atAtoms = own.reduce((sum, atom) => sum + Math.exp(at(family, [atom, ...parameters])[0]), 0);
    const total =
      family.eventShape === "scalar"
        ? mass(family, parameters)
        : vectorMass(family, parameters, family.eventShape === "matrix" ? 10 : 32);
    expect(Math.abs(total + atAtoms - 1)).toBeLessThan(tolerance);
  });

  test("draws follow the density", () => {
    if (family.eventShape !== "scalar") {
      expect(largestScore(familyCase)).toBeLessThan(STANDARD_ERRORS);
      return;
    }
    const rng = rngFromSeed(20);
    const count = family.composition === undefined ? COUNT : COUNT / 20;
    const sample = Float64Array.from({ length: count }, () => family.sample(rng, numbers));
    if (family.isDiscrete) {
      const masses = probabilities(family, parameters);
      expect(chiSquare(sample, (count) => masses[count])).toBeLessThan(1);
    } else {
      for (const atom of atoms) {
        const p = Math.exp(at(family, [atom, ...parameters])[0]);
        const share = sample.filter((x) => x === atom).length / count;
        expect(Math.abs(share - p) / Math.sqrt((p * (1 - p)) / count)).toBeLessThan(STANDARD_ERRORS);
      }
      const between = sample.filter((x) => !atoms.includes(x));
      expect(kolmogorovSmirnov(between, cumulative(family, parameters))).toBeLessThan(1);
    }
    const support = family.support(numbers);
    expect(sample.every((x) => isOnSupport(support, x))).toBe(true);
  });

  test("x off the support has density 0, and no slope", () => {
    for (const x of off) {
      const support = family.support(numbers);
      const isOn = isScalarSupport(support)
        ? numbersOf(x).every((number) => isOnSupport(support, number))
        : isPointOnSupport(support, numbersOf(x));
      // The support of a censored family of open support is closed on one side more than it should be.
      if (family.hasAtoms !== true) expect(isOn).toBe(false);
      expect(at(family, [x, ...parameters])).toEqual([-Infinity, ...zeros([x, ...parameters])]);
    }
  });

  test("parameters off their support give density 0 and draws of NaN", () => {
    parameters.forEach((value, k) => {
      const { kind, lower, upper } = family.parameters[k].support;
      const isShare = family.parameters[k].structure === "simplex";
      const ends = kind === "interval" ? [lower, upper] : [lower - 1, 0.5];
      for (const bad of [Infinity, -Infinity, ...(isShare ? [-0.1, 0.9] : ends)]) {
        const changed = typeof value === "number" ? bad : value.with(0, bad);
        const point = [on[0], ...parameters.with(k, changed)];
        expect(at(family, point)).toEqual([-Infinity, ...zeros(point)]);
        if (family.eventShape === "scalar") {
          expect(family.sample(rngFromSeed(1), point.slice(1).flatMap(numbersOf))).toBeNaN();
        } else {
          const out = new Float64Array(numbersOf(on[0]).length);
          family.sample(rngFromSeed(1), point.slice(1).flatMap(numbersOf), out);
          expect(out.every(Number.isNaN)).toBe(true);
        }
      }
    });
  });

  test("NaN in gives NaN out", () => {
    const point = [on[0], ...parameters];
    point.forEach((value, k) => {
      const changed = point.with(k, typeof value === "number" ? NaN : value.with(0, NaN));
      expect(at(family, changed).every(Number.isNaN)).toBe(true);
      if (k > 0 && family.eventShape === "scalar") {
        expect(family.sample(rngFromSeed(1), changed.slice(1).flatMap(numbersOf))).toBeNaN();
      }
    });
  });

  test("survives as plain data", () => {
    const revived = familyFrom(structuredClone(descriptorOf(family)));
    expect(revived.name).toBe(family.name);
    for (const x of on) expect(at(revived, [x, ...parameters])).toEqual(at(family, [x, ...parameters]));
  });

  if (family.eventShape === "scalar" && family.logCumulative !== undefined) {
    test("probabilities of intervals: they add up, and their partials are central differences", () => {
      checkIntervals(family, numbers, on.map(Number));
    });
  }
});

/** The largest mean score of draws in standard errors, over all numbers of all parameters: 0 in expectation. */
function largestScore({ family, parameters, on }: FamilyCase): number {
  if (family.eventShape === "scalar") throw new Error("scalars have sharper tests");
  const rng = rngFromSeed(21);
  const width = numbersOf(on[0]).length;
  const draws = new Float64Array(COUNT * width);
  const numbers = parameters.flatMap(numbersOf);
  for (let i = 0; i < COUNT; i++) family.sample(rng, numbers, draws.subarray(i * width, (i + 1) * width));
  const x = { values: draws, offset: 0, stride: width, width };
  const { partials } = evaluate(family, COUNT, [x, ...parameters.map(constant)]);
  let largest = 0;
  parameters.forEach((value, k) => {
    const size = numbersOf(value).length;
    for (let j = 0; j < size; j++) {
      const scores = Float64Array.from({ length: COUNT }, (_, i) => partials[1 + k][i * size + j]);
      const mean = scores.reduce((a, b) => a + b) / COUNT;
      const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / COUNT;
      if (variance > 0) largest = Math.max(largest, Math.abs(mean) / Math.sqrt(variance / COUNT));
      else expect(mean).toBe(0);
    }
  });
  return largest;
}

/** Cuts the line at each point; a bound of a parameter that is an integer number of trials does not move. */
function checkIntervals(family: ScalarFamily, numbers: readonly number[], cuts: readonly number[]): void {
  const { logCumulative } = family;
  if (logCumulative === undefined) throw new Error("no cumulative distribution");
  const partials = new Float64Array(2 + numbers.length);
  const value = (lower: number, upper: number, parameters: readonly number[]) =>
    logCumulative(lower, upper, parameters, partials);
  const gap = family.isDiscrete ? 1 : 0;
  for (const cut of cuts) {
    const total = Math.exp(value(-Infinity, cut, numbers)) + Math.exp(value(cut + gap, Infinity, numbers));
    expect(Math.abs(total - 1), `${cut}`).toBeLessThan(1e-12);
    for (const [lower, upper] of [
      [-Infinity, cut],
      [cut, Infinity],
      [cut, cut + 0.7 * Math.abs(cut) + 0.1],
    ]) {
      const exact = value(lower, upper, numbers);
      const slopes = partials.slice();
      if (exact === 0 || exact === -Infinity) continue;
      const bounds = [lower, upper];
      for (let k = 0; k < slopes.length; k++) {
        const base = k < 2 ? bounds[k] : numbers[k - 2];
        if (!Number.isFinite(base) || (family.isDiscrete && (k < 2 || Number.isInteger(base)))) continue;
        const h = 1e-5 * Math.max(Math.abs(base), 1e-3);
        const moved = (step: number) =>
          k < 2
            ? value(k === 0 ? lower + step : lower, k === 1 ? upper + step : upper, numbers)
            : value(lower, upper, numbers.with(k - 2, base + step));
        const fine = (moved(h) - moved(-h)) / (2 * h);
        const coarse = (moved(2 * h) - moved(-2 * h)) / (4 * h);
        const tolerance = 2 * Math.abs(coarse - fine) + (1e-13 * (1 + Math.abs(exact))) / h + 1e-9 * Math.abs(fine);
        // A point on the support's edge or a mixture's share moves off its law: one-sided, skipped by the shares' sum.
        if (Number.isFinite(fine))
          expect(Math.abs(slopes[k] - fine), `${k} of ${lower}, ${upper}`).toBeLessThan(tolerance);
      }
    }
  }
}

/** Values of one column: for each element another one, off the support for the last element of x. */
function columnEntry({ on, off, parameters }: FamilyCase, k: number, value: Value, i: number): Value {
  if (k === 0) return i === 2 ? off[0] : on[i % on.length];
  if (typeof value !== "number") return value;
  const parameter = Number(parameters[k - 1]);
  return Number.isInteger(value) && parameter > 8 ? value + i : value * (1 + i / 16);
}
