import { readFileSync } from "node:fs";
import { type CountMixtureKernel, createCountMixtureKernel } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countMixtureTwin } from "./countMixtureTwin.ts";
import { spread } from "./harness.ts";

interface Case {
  readonly outputs: Float64Array;
  readonly lower: number;
  readonly upper: number;
}

/** Exact values by mpmath with 400 digits: fixtures/countMixture.py. A lower edge of null is -Infinity. */
const reference: (Case & { readonly logMass: number; readonly partials: readonly number[] })[] = JSON.parse(
  readFileSync(new URL("./fixtures/countMixture.json", import.meta.url), "utf8"),
).map((row: { outputs: number[]; lower: number | null }) => ({
  ...row,
  outputs: Float64Array.from(row.outputs),
  lower: row.lower ?? -Infinity,
}));

/** Outputs of one row that fill the range of training evenly. */
function outputsOf(numComponents: number, index: number): Float64Array {
  const size = [3, 2, 1];
  return Float64Array.from({ length: 3 * numComponents + 2 }, (_, o) => {
    const value = spread(31 * index + o);
    return o < 3 * numComponents ? size[Math.floor(o / numComponents)] * value : value;
  });
}

/** Fills row `row` and term `term`, which is of that row. */
function fill(kernel: CountMixtureKernel, row: number, term: number, { outputs, lower, upper }: Case): void {
  kernel.outputs.set(outputs, row * kernel.numOutputs);
  kernel.rowOfTerm[term] = row;
  kernel.lower[term] = lower;
  kernel.upper[term] = upper;
}

const lone = [...Array(10).keys()].map((k) =>
  createCountMixtureKernel({ numComponents: k + 1, maxRows: 1, maxTerms: 1 }),
);

/** The log-mass of one term and its derivatives. */
function single(example: Case): { logMass: number; partials: Float64Array; numFaint: number } {
  const kernel = lone[(example.outputs.length - 5) / 3];
  fill(kernel, 0, 0, example);
  const numFaint = kernel.evaluate(1, 1);
  kernel.adjoint[0] = 1;
  kernel.pullback();
  return { logMass: kernel.logTerms[0], partials: kernel.outputGradient.slice(), numFaint };
}

function expectWithin(actual: ArrayLike<number>, expected: ArrayLike<number>, error: ArrayLike<number>): void {
  for (let i = 0; i < expected.length; i++) {
    const distance = Math.abs(actual[i] - expected[i]);
    if (!(distance <= error[i])) {
      expect.fail(`element ${i}: ${actual[i]} should be ${expected[i]}, off by ${distance}, bound ${error[i]}`);
    }
  }
}

describe("against high precision", () => {
  test.each(reference)("case %#", ({ logMass, partials, ...example }) => {
    const { error, partialErrors } = countMixtureTwin(example.outputs, example.lower, example.upper);
    const result = single(example);
    expect(result.numFaint).toBe(0);
    expectWithin([result.logMass], [logMass], [error + 4e-16 * Math.abs(logMass)]);
    expectWithin(result.partials, partials, partialErrors);
  });

  test("the twin and its bounds hold there, too, and the bounds are not empty", () => {
    for (const { outputs, lower, upper, logMass, partials } of reference) {
      const twin = countMixtureTwin(outputs, lower, upper);
      expectWithin([Math.log(twin.mass)], [logMass], [twin.error + 4e-16 * Math.abs(logMass)]);
      expectWithin(twin.partials, partials, twin.partialErrors);
      expect(twin.error).toBeLessThan(1e-10);
    }
  });
});

describe.each([1, 2, 3, 5, 6, 9])("%i components", (numComponents) => {
  test("values and derivatives are those of the twin", () => {
    let numPlain = 0;
    for (let i = 0; i < 100; i++) {
      for (const [lower, upper] of [
        [-Infinity, -1],
        [-Infinity, 2],
        [-3, -2.5],
        [-0.1, 0],
        [0, 0.1],
        [0.5, 1.5],
        [4, 4.01],
        [10, 11],
        [-20, 20],
        [1, Infinity],
      ]) {
        const outputs = outputsOf(numComponents, i);
        const twin = countMixtureTwin(outputs, lower, upper);
        const { logMass, partials, numFaint } = single({ outputs, lower, upper });
        expect(numFaint).toBe(twin.mass > 1e-200 ? 0 : 1);
        if (numFaint === 1) continue;
        numPlain++;
        const expected = Math.log(twin.mass);
        // Both have the error.
        expectWithin([logMass], [expected], [2 * twin.error + 1e-15 * Math.abs(expected)]);
        expectWithin(
          partials,
          twin.partials,
          twin.partialErrors.map((error) => 2 * error),
        );
      }
    }
    expect(numPlain).toBeGreaterThan(700);
  });

  test("rows and terms do not touch each other: equal bits alone and together, whatever the order", () => {
    const numRows = 4;
    const term = fc.record({
      row: fc.nat({ max: numRows - 1 }),
      edge: fc.nat({ max: 8 }),
      width: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(fc.array(term, { maxLength: 100 }), fc.nat({ max: 1000 }), (terms, start) => {
        const kernel = createCountMixtureKernel({ numComponents, maxRows: numRows, maxTerms: terms.length });
        const cases = terms.map(({ row, edge, width }) => ({
          outputs: outputsOf(numComponents, start + row),
          lower: edge === 0 ? -Infinity : 0.3 * edge - 2,
          upper: 0.3 * (edge + width) - 2,
        }));
        for (let row = 0; row < numRows; row++) {
          kernel.outputs.set(outputsOf(numComponents, start + row), row * kernel.numOutputs);
        }
        cases.forEach((example, i) => {
          fill(kernel, terms[i].row, i, example);
        });
        kernel.evaluate(numRows, terms.length);
        expect([...kernel.logTerms]).toEqual(cases.map((example) => single(example).logMass));
        // One row's gradient against that of a kernel with this row alone.
        kernel.adjoint.forEach((_, i) => {
          kernel.adjoint[i] = spread(start + i);
        });
        kernel.pullback();
        for (let row = 0; row < numRows; row++) {
          const own = terms.flatMap((_, i) => (terms[i].row === row ? [i] : []));
          const alone = createCountMixtureKernel({ numComponents, maxRows: 1, maxTerms: own.length });
          alone.outputs.set(outputsOf(numComponents, start + row));
          own.forEach((i, j) => {
            fill(alone, 0, j, cases[i]);
            alone.adjoint[j] = kernel.adjoint[i];
          });
          alone.evaluate(1, own.length);
          alone.pullback();
          const from = row * kernel.numOutputs;
          const together = kernel.outputGradient.subarray(from, from + kernel.numOutputs);
          // A row whose terms stand apart is summed in another grouping.
          const size = Math.max(1, ...alone.outputGradient.map(Math.abs));
          const slack = isTogether(own) ? 0 : 1e-13 * size * own.length;
          expectWithin(together, alone.outputGradient, new Float64Array(kernel.numOutputs).fill(slack));
        }
      }),
      { seed: 71, numRuns: 20 },
    );
  });

  test("a faint or NaN term is listed, gets NaN, and leaves the others and the gradient alone", () => {
    const kernel = createCountMixtureKernel({ numComponents, maxRows: 3, maxTerms: 5 });
    const outputs = outputsOf(numComponents, 1);
    const broken = outputs.with(3 * numComponents, Number.NaN);
    fill(kernel, 0, 0, { outputs, lower: 0, upper: 0.5 });
    fill(kernel, 0, 1, { outputs, lower: 1e4, upper: 1e5 });
    fill(kernel, 1, 2, { outputs: broken, lower: 0, upper: 0.5 });
    fill(kernel, 2, 3, { outputs, lower: 0.5, upper: 0.5 });
    fill(kernel, 2, 4, { outputs, lower: 0, upper: 0.5 });
    expect(kernel.evaluate(3, 5)).toBe(3);
    expect([...kernel.faintTerms.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect(Array.from(kernel.logTerms, Number.isNaN)).toEqual([false, true, true, true, false]);
    kernel.adjoint.fill(1);
    kernel.pullback();
    const { numOutputs, outputGradient } = kernel;
    const { partials } = single({ outputs, lower: 0, upper: 0.5 });
    expect(outputGradient.subarray(0, numOutputs)).toEqual(partials);
    expect(outputGradient.subarray(numOutputs, 2 * numOutputs).every(Number.isNaN)).toBe(true);
    expect(outputGradient.subarray(2 * numOutputs)).toEqual(partials);
  });

  test("scales that leave the range of doubles make terms faint", () => {
    for (const logScale of [-800, 800, Infinity]) {
      const outputs = outputsOf(numComponents, 2).with(3 * numComponents + 1, logScale);
      expect(single({ outputs, lower: 1, upper: 2 }).numFaint).toBe(1);
    }
  });
});

/** Whether indices follow each other. */
function isTogether(indices: readonly number[]): boolean {
  return indices.every((value, i) => i === 0 || value === indices[i - 1] + 1);
}

test("a smallest mass above 1e-200 is plain, one below is faint", () => {
  // One standard normal; the mass beyond z is about φ(z)/z.
  const outputs = Float64Array.of(0, 0, 0, 0, 0);
  const masses = [30, 30.2, 30.3, 30.4].map((z) => single({ outputs, lower: z, upper: z + 5 }));
  expect(masses.map(({ numFaint }) => numFaint)).toEqual([0, 0, 1, 1]);
  // log Φ(-30) and log Φ(-30.2), by mpmath.
  expect(masses[0].logMass).toBeCloseTo(-454.3212439563432, 10);
  expect(masses[1].logMass).toBeCloseTo(-460.3478739113857, 10);
});

test("weights: equal components are one, and a lone one has no gradient in its logit", () => {
  const one = single({ outputs: Float64Array.of(0, 0.2, -0.1, 0.3, 0.1), lower: 0, upper: 1 });
  const three = single({
    outputs: Float64Array.of(1, 1, 1, 0.2, 0.2, 0.2, -0.1, -0.1, -0.1, 0.3, 0.1),
    lower: 0,
    upper: 1,
  });
  expect(three.logMass).toBeCloseTo(one.logMass, 14);
  expect(one.partials[0]).toBe(0);
  expect(three.partials[9]).toBeCloseTo(one.partials[3], 14);
});

test("the whole line has log-mass 0", () => {
  const { logMass } = single({ outputs: outputsOf(4, 3), lower: -Infinity, upper: Infinity });
  expect(Math.abs(logMass)).toBeLessThan(1e-15);
});

test("no rows and no terms are legal; too many, or a row that is not there, are refused", () => {
  const kernel = createCountMixtureKernel({ numComponents: 2, maxRows: 2, maxTerms: 1 });
  expect(kernel.evaluate(0, 0)).toBe(0);
  kernel.pullback();
  expect(() => kernel.evaluate(3, 0)).toThrow("numRows");
  expect(() => kernel.evaluate(1, 2)).toThrow("numTerms");
  for (const row of [-1, 1]) {
    kernel.rowOfTerm[0] = row;
    expect(() => kernel.evaluate(1, 1)).toThrow("outside [0, 1)");
  }
  expect(() => createCountMixtureKernel({ numComponents: 0, maxRows: 1, maxTerms: 1 })).toThrow("numComponents");
  expect(() => createCountMixtureKernel({ numComponents: 1, maxRows: 1.5, maxTerms: 1 })).toThrow("maxRows");
  expect(createCountMixtureKernel({ numComponents: 1, maxRows: 0, maxTerms: 0 }).evaluate(0, 0)).toBe(0);
});
