import { describeSupport, isOnSupport, rngFromSeed, type Support } from "@poolish/core";
import { describe, expect, test } from "vitest";
import { chiSquare, kolmogorovSmirnov } from "../../math/test/goodnessOfFit.ts";
import { type Family, families, type Strided } from "../src/index.ts";
import { cases, type FamilyCase, nameOf } from "./cases.ts";
import { cumulative, mass, probabilities } from "./quadrature.ts";

const EPSILON = 2 ** -52;
/** Draws of each sampler: Kolmogorov–Smirnov then sees a shift of 0.8 % of probability. */
const COUNT = 100_000;

interface Evaluation {
  readonly logTerms: Float64Array;
  readonly partials: readonly Float64Array[];
}

/** Evaluates into buffers full of an odd number, so that an element that is not overwritten shows. */
function evaluate(family: Family, count: number, x: Strided, parameters: readonly Strided[]): Evaluation {
  const logTerms = new Float64Array(count).fill(777);
  const partials = Array.from({ length: 1 + parameters.length }, () => new Float64Array(count).fill(777));
  family.evaluate(count, x, parameters, logTerms, partials);
  return { logTerms, partials };
}

const constant = (value: number): Strided => ({ values: Float64Array.of(value), offset: 0, stride: 0 });

/** Log-density and partials of one element: [logTerm, ∂x, ∂parameters…]. */
function at(family: Family, point: readonly number[]): number[] {
  const { logTerms, partials } = evaluate(family, 1, constant(point[0]), point.slice(1).map(constant));
  return [logTerms[0], ...partials.map((partial) => partial[0])];
}

/** Where input k of a family lies: x for k = 0, parameters after it. */
function supportOf({ family, parameters }: FamilyCase, k: number): Support {
  return k === 0 ? family.support(parameters) : family.parameters[k - 1].support;
}

function moved(point: readonly number[], k: number, step: number): number[] {
  return point.map((value, j) => (j === k ? value + step : value));
}

/** Distance of `value` from the nearer bound of `support`, at most 1. */
function room(support: Support, value: number): number {
  return Math.min(1, value - support.lower, support.upper - value);
}

test("every family has a case", () => {
  expect(new Set(cases.map(({ family }) => family))).toEqual(new Set(families));
});

describe.each(cases.map((family) => [nameOf(family), family] as const))("%s", (_, familyCase) => {
  const { family, parameters, on, off } = familyCase;

  test("partials are central differences", () => {
    for (const x of on) {
      const point = [x, ...parameters];
      const exact = at(family, point);
      for (let k = 0; k < point.length; k++) {
        const support = supportOf(familyCase, k);
        if (support.kind === "integer") {
          expect(exact[1 + k]).toBe(0);
          continue;
        }
        const h = 1e-4 * room(support, point[k]);
        const slope = (step: number): number =>
          (at(family, moved(point, k, step))[0] - at(family, moved(point, k, -step))[0]) / (2 * step);
        // Richardson: coarse - fine is three times the truncation error of fine. Rounding: terms of size below 1e3.
        const fine = slope(h);
        const coarse = slope(2 * h);
        const tolerance = Math.abs(coarse - fine) + (EPSILON * (1e3 + 4 * Math.abs(exact[0]))) / h;
        expect(Math.abs(exact[1 + k] - fine), `input ${k} at ${point}`).toBeLessThan(tolerance);
        expect(tolerance).toBeLessThan(1e-4 * (1 + Math.abs(exact[1 + k]) + 1 / room(support, point[k])));
      }
    }
  });

  test("columns of stride 0 and 1 agree with element-by-element evaluation", () => {
    const point = [on[0], ...parameters];
    const count = 3;
    for (let mask = 0; mask < 2 ** point.length; mask++) {
      const columns = point.map((value, k): Strided => {
        const isDense = (mask >> k) & 1;
        const entries = Array.from({ length: count }, (_, i) => columnEntry(familyCase, k, value, i));
        return isDense
          ? { values: Float64Array.of(-99, ...entries, -99), offset: 1, stride: 1 }
          : { values: Float64Array.of(-99, -99, value), offset: 2, stride: 0 };
      });
      const { logTerms, partials } = evaluate(family, count, columns[0], columns.slice(1));
      for (let i = 0; i < count; i++) {
        const element = columns.map(({ values, offset, stride }) => values[offset + i * stride]);
        expect([logTerms[i], ...partials.map((partial) => partial[i])]).toEqual(at(family, element));
      }
    }
  });

  test("integrates to 1", () => {
    const tolerance = familyCase.hasKink ? 1e-6 : 1e-10;
    expect(Math.abs(mass(family, parameters) - 1)).toBeLessThan(tolerance);
  });

  test("draws follow the density", () => {
    const rng = rngFromSeed(20);
    const sample = Float64Array.from({ length: COUNT }, () => family.sample(rng, parameters));
    if (family.isDiscrete) {
      const masses = probabilities(family, parameters);
      expect(chiSquare(sample, (count) => masses[count])).toBeLessThan(1);
    } else {
      expect(kolmogorovSmirnov(sample, cumulative(family, parameters))).toBeLessThan(1);
    }
    const support = family.support(parameters);
    expect(sample.every((x) => isOnSupport(support, x))).toBe(true);
  });

  test("x off the support has density 0, and no slope", () => {
    for (const x of off) {
      expect(isOnSupport(family.support(parameters), x), describeSupport(family.support(parameters))).toBe(false);
      expect(at(family, [x, ...parameters])).toEqual([-Infinity, 0, ...parameters.map(() => 0)]);
    }
  });

  test("parameters off their support give density 0 and draws of NaN", () => {
    for (let k = 0; k < parameters.length; k++) {
      const { kind, lower, upper } = family.parameters[k].support;
      const bad = [Infinity, -Infinity, ...(kind === "interval" ? [lower, upper] : [lower - 1, 0.5])];
      for (const value of bad) {
        const changed = parameters.with(k, value);
        expect(at(family, [on[0], ...changed])).toEqual([-Infinity, 0, ...parameters.map(() => 0)]);
        expect(family.sample(rngFromSeed(1), changed)).toBeNaN();
      }
    }
  });

  test("NaN in gives NaN out", () => {
    const point = [on[0], ...parameters];
    for (let k = 0; k < point.length; k++) {
      expect(at(family, point.with(k, NaN)).every(Number.isNaN)).toBe(true);
      if (k > 0) expect(family.sample(rngFromSeed(1), parameters.with(k - 1, NaN))).toBeNaN();
    }
  });
});

/** Values of one column: for each element another one, off the support for the last element of x. */
function columnEntry({ on, off, parameters }: FamilyCase, k: number, value: number, i: number): number {
  if (k === 0) return i === 2 ? off[0] : on[i % on.length];
  return Number.isInteger(value) && parameters[k - 1] > 8 ? value + i : value * (1 + i / 16);
}
