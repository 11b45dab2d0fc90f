import { readFileSync } from "node:fs";
import { PoolishError, rngFromSeed } from "@poolish/core";
import { standardExponential } from "@poolish/math";
import { psis } from "@poolish/mcmc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

interface Fixture {
  readonly cases: readonly {
    readonly name: string;
    readonly logWeights: readonly (number | null)[];
    readonly rEff: number;
    readonly expected: { readonly logWeights: readonly (number | null)[]; readonly kHat: number | "Infinity" };
  }[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("psis.json", import.meta.url), "utf8"));

const floats = (values: readonly (number | null)[]) => Float64Array.from(values, (value) => value ?? -Infinity);

/** Weights U^-k, whose tail has shape k. */
function paretoLogWeights(shape: number, count: number, seed: number): Float64Array {
  const rng = rngFromSeed(seed);
  return Float64Array.from({ length: count }, () => shape * standardExponential(rng));
}

describe.each(fixture.cases)("as ArviZ: $name", ({ logWeights, rEff, expected }) => {
  const input = floats(logWeights);
  const actual = psis(input, { rEff });

  test("k-hat", () => {
    if (expected.kHat === "Infinity") expect(actual.kHat).toBe(Infinity);
    else expect(Math.abs(actual.kHat - expected.kHat)).toBeLessThanOrEqual(1e-8);
  });

  test("smoothed weights", () => {
    floats(expected.logWeights).forEach((value, i) => {
      if (value === -Infinity) expect(actual.logWeights[i]).toBe(-Infinity);
      else expect(Math.abs(actual.logWeights[i] - value)).toBeLessThanOrEqual(1e-8);
    });
  });

  test("leaves its input alone", () => {
    expect(input).toEqual(floats(logWeights));
  });
});

/**
 * The standard error of a shape by n values is (1 + k) / √n (Smith 1984, for the maximum of the likelihood); the prior
 * moves it by 10 (½ - k) / (n + 10).
 */
test.each([
  [0.2, 11],
  [0.7, 12],
  [1.5, 13],
])("finds the shape %d of a Pareto tail", (shape, seed) => {
  const count = 100_000;
  const tail = Math.ceil(3 * Math.sqrt(count));
  const { kHat } = psis(paretoLogWeights(shape, count, seed));
  const expected = (tail * shape + 5) / (tail + 10);
  expect(Math.abs(kHat - expected)).toBeLessThan((4 * (1 + shape)) / Math.sqrt(tail));
});

describe("laws", () => {
  const weights = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 80 });

  test("weights add up to 1, and keep their order", () => {
    fc.assert(
      fc.property(weights, (values) => {
        const { logWeights } = psis(Float64Array.from(values));
        expect(logWeights.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 12);
        for (let i = 0; i < values.length; i++) {
          for (let j = 0; j < i; j++) {
            if (values[i] < values[j]) expect(logWeights[i]).toBeLessThanOrEqual(logWeights[j] + 1e-12);
          }
        }
      }),
    );
  });

  test("smoothing never makes the largest weight larger beside the smallest", () => {
    const raw = paretoLogWeights(1.2, 500, 5);
    const { logWeights } = psis(raw);
    const range = (values: Float64Array) => Math.max(...values) - Math.min(...values);
    expect(range(logWeights)).toBeLessThanOrEqual(range(raw) + 1e-12);
    expect(range(logWeights)).not.toBeCloseTo(range(raw), 3);
  });
});

describe("edges", () => {
  test("equal weights need no smoothing", () => {
    const { logWeights, kHat } = psis(new Float64Array(100).fill(-3));
    expect(kHat).toBe(-Infinity);
    for (const value of logWeights) expect(value).toBeCloseTo(-Math.log(100), 12);
  });

  test("one weight", () => {
    expect(psis(Float64Array.of(7))).toEqual({ logWeights: Float64Array.of(0), kHat: Infinity });
  });

  test("no draw has any weight", () => {
    const zeros = new Float64Array(30).fill(-Infinity);
    expect(psis(zeros)).toEqual({ logWeights: zeros, kHat: Infinity });
  });

  test.each([NaN, Infinity])("a log weight %d is refused with its row", (value) => {
    const call = () => psis(Float64Array.of(0, 1, value));
    expect(call).toThrow(PoolishError);
    expect(call).toThrow(/logWeights: .*row 2/);
  });

  test("no weights are refused", () => {
    expect(() => psis(new Float64Array(0))).toThrow(/logWeights: there are no weights/);
  });

  test.each([0, -1, NaN, Infinity])("rEff %d is refused", (rEff) => {
    expect(() => psis(Float64Array.of(0, 1), { rEff })).toThrow(/rEff: expected a number above 0/);
  });
});
