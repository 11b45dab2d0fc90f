import { type Rng, rngFromSeed } from "@poolish/core";
import { logSumExp, standardNormalCdf, standardNormalLogCdf } from "@poolish/math";
import { chiSquare } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { createCountMixture } from "../../src/count/countMixture.ts";
import { countAt, countEdge } from "../../src/count/countScale.ts";
import { logIntervalMass } from "../../src/count/logIntervalMass.ts";
import { createMixtureRow, type MixtureRow, readMixtureRow } from "../../src/count/mixtureRow.ts";
import { createOneRowMixture, type OneRowMixture } from "../support/oneRowMixture.ts";

const scale = { mean: 3, standardDeviation: 1.2 };

/** Outputs of a network for one row: logits, offsets, logSpreads, location, logScale; everywhere that training may go. */
function randomOutputs(rng: Rng, numComponents: number): Float64Array {
  const between = (low: number, high: number) => low + (high - low) * rng.uniform();
  return Float64Array.from([
    ...Array.from({ length: numComponents }, () => between(-3, 3)),
    ...Array.from({ length: numComponents }, () => between(-2, 2)),
    ...Array.from({ length: numComponents }, () => between(-2, 1)),
    between(-2, 2),
    between(-2, 0.7),
  ]);
}

function rowOf(outputs: Float64Array): MixtureRow {
  const row = createMixtureRow((outputs.length - 2) / 3);
  readMixtureRow(row, outputs, 0);
  return row;
}

function logMassOf(mixture: OneRowMixture, outputs: Float64Array, count: number, partials: Float64Array): number {
  mixture.setRow(outputs);
  return mixture.logMass(countEdge(scale, count), countEdge(scale, count + 1), partials);
}

/**
 * How far a log-mass may be off. Tails and densities are right to 1e-13 where |z| < 30; the mass is
 * a difference of what the components have beyond the inner end of (lower, upper).
 */
function logMassError(row: MixtureRow, lower: number, upper: number, logMass: number): number {
  const { weight, center, inverseDeviation } = row;
  const inner = weight.map((w, j) => {
    const [low, high] = [lower, upper].map((at) => (at - center[j]) * inverseDeviation[j]);
    return Math.log(w) + (low > 0 ? standardNormalLogCdf(-low) : high <= 0 ? standardNormalLogCdf(high) : 0);
  });
  return 3e-13 * Math.exp(logSumExp(inner) - logMass) + 1e-14 * Math.abs(logMass) + 1e-15;
}

describe.each([1, 3, 6])("%i components", (numComponents) => {
  const mixture = createOneRowMixture(numComponents);
  const { numOutputs } = mixture;

  test("the linear path equals its logarithmic twin, value and derivatives", () => {
    const rng = rngFromSeed(numComponents);
    const fast = new Float64Array(numOutputs);
    const slow = new Float64Array(numOutputs);
    let numLinear = 0;
    for (let repeat = 0; repeat < 200; repeat++) {
      const outputs = randomOutputs(rng, numComponents);
      const row = rowOf(outputs);
      for (const count of [0, 1, 2, 5, 9, 20, 60, 200, 1000]) {
        const [lower, upper] = [countEdge(scale, count), countEdge(scale, count + 1)];
        const value = logMassOf(mixture, outputs, count, fast);
        const exact = logIntervalMass(row, lower, upper, slow, 0);
        if (exact < Math.log(1e-200)) {
          // A sum of derivatives has no negative zero.
          expect([value, ...fast]).toEqual([exact, ...slow.map((partial) => partial + 0)]);
          continue;
        }
        numLinear++;
        const bound = logMassError(row, lower, upper, exact);
        expect(Math.abs(value - exact), `count ${count}`).toBeLessThanOrEqual(bound);
        // A derivative is a sum of terms of the size of density / mass, each with the relative error of the mass.
        const size = Math.max(1, ...slow.map(Math.abs), Math.max(...row.inverseDeviation) * row.scale * 40);
        const worst = Math.max(...fast.map((value, o) => Math.abs(value - slow[o])));
        expect(worst, `count ${count}`).toBeLessThanOrEqual((bound + 1e-12) * size);
      }
    }
    expect(numLinear).toBeGreaterThan(500);
  });

  test("derivatives are central differences, in both paths", () => {
    const rng = rngFromSeed(10 + numComponents);
    const partials = new Float64Array(numOutputs);
    const scratch = new Float64Array(numOutputs);
    const h = 1e-5;
    for (let repeat = 0; repeat < 40; repeat++) {
      const outputs = randomOutputs(rng, numComponents);
      for (const count of [0, 1, 7, 40, 3000]) {
        const value = logMassOf(mixture, outputs, count, partials);
        const rounding = logMassError(rowOf(outputs), countEdge(scale, count), countEdge(scale, count + 1), value) / h;
        for (let o = 0; o < numOutputs; o++) {
          const slope = (step: number) => {
            const moved = (by: number) => logMassOf(mixture, outputs.with(o, outputs[o] + by), count, scratch);
            return (moved(step) - moved(-step)) / (2 * step);
          };
          // Two steps tell the truncation, which is a third of their difference; Richardson's extrapolation removes it.
          const [narrow, wide] = [slope(h), slope(2 * h)];
          const truncation = Math.abs(wide - narrow);
          expect(truncation).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
          const tolerance = 0.05 * truncation + 3 * rounding;
          expect(Math.abs(partials[o] - (4 * narrow - wide) / 3), `count ${count}, output ${o}`).toBeLessThan(
            tolerance,
          );
        }
      }
    }
  });

  test("masses of all counts and of what lies beyond sum to 1", () => {
    const rng = rngFromSeed(20 + numComponents);
    const numCounts = 200;
    const partials = new Float64Array(numOutputs);
    for (let repeat = 0; repeat < 50; repeat++) {
      const outputs = randomOutputs(rng, numComponents);
      const { weight, center, inverseDeviation } = rowOf(outputs);
      const end = countEdge(scale, numCounts);
      let total = weight.reduce((sum, w, j) => sum + w * standardNormalCdf((center[j] - end) * inverseDeviation[j]), 0);
      mixture.setRow(outputs);
      for (let k = 0; k < numCounts; k++) {
        total += Math.exp(mixture.logMass(countEdge(scale, k), countEdge(scale, k + 1), partials));
      }
      // Each mass has an absolute error of 1e-13 at most.
      expect(Math.abs(total - 1)).toBeLessThan(numCounts * 1e-13);
    }
  });

  test("neither the order of terms nor other rows change anything, to the bit", () => {
    const rng = rngFromSeed(30 + numComponents);
    const counts = [0, 1, 2, 3, 3, 7, 8, 0, 8, 9, 2, 1000, 1001, 1e9, 0];
    const numTerms = 3 * counts.length;
    const together = createCountMixture(numComponents, 3, numTerms);
    const terms = {
      numTerms,
      rowOfTerm: Int32Array.from({ length: numTerms }, (_, i) => Math.floor(i / counts.length)),
      lower: Float64Array.from({ length: numTerms }, (_, i) => countEdge(scale, counts[i % counts.length])),
      upper: Float64Array.from({ length: numTerms }, (_, i) => countEdge(scale, counts[i % counts.length] + 1)),
    };
    const partials = new Float64Array(numOutputs);
    const logTerms = new Float64Array(numTerms);
    for (let repeat = 0; repeat < 20; repeat++) {
      const rows = [0, 1, 2].map(() => randomOutputs(rng, numComponents));
      together.outputs.set(rows.flatMap((outputs) => [...outputs]));
      together.evaluate(3, terms, logTerms);
      rows.forEach((outputs, r) => {
        counts.forEach((count, i) => {
          const term = r * counts.length + i;
          expect(logTerms[term]).toBe(logMassOf(mixture, outputs, count, partials));
          together.pullback(Float64Array.from(logTerms, (_, other) => (other === term ? 1 : 0)));
          expect([...together.outputGradient.subarray(r * numOutputs, (r + 1) * numOutputs)]).toEqual([...partials]);
        });
      });
    }
  });

  test("a pullback is the sum over terms of adjoint times derivative, faint terms included", () => {
    const rng = rngFromSeed(40 + numComponents);
    const counts = [0, 1, 4, 5, 1e7];
    const together = createCountMixture(numComponents, 1, counts.length);
    const partials = new Float64Array(numOutputs);
    const outputs = randomOutputs(rng, numComponents);
    const adjoint = Float64Array.from(counts, () => rng.uniform() - 0.5);
    const expected = new Float64Array(numOutputs);
    const size = new Float64Array(numOutputs);
    counts.forEach((count, i) => {
      logMassOf(mixture, outputs, count, partials);
      partials.forEach((partial, o) => {
        expected[o] += adjoint[i] * partial;
        size[o] += Math.abs(adjoint[i] * partial);
      });
    });
    together.outputs.set(outputs);
    together.evaluate(
      1,
      {
        numTerms: counts.length,
        rowOfTerm: new Int32Array(counts.length),
        lower: Float64Array.from(counts, (count) => countEdge(scale, count)),
        upper: Float64Array.from(counts, (count) => countEdge(scale, count + 1)),
      },
      new Float64Array(counts.length),
    );
    together.outputGradient.fill(7);
    together.pullback(adjoint);
    expected.forEach((value, o) => {
      // Some fifty roundings of 1.1e-16 in other places; a logit's derivative is a difference of numbers up to 1.
      expect(Math.abs(together.outputGradient[o] - value)).toBeLessThanOrEqual(1e-14 * (size[o] + counts.length));
    });
  });

  test("far out the log-mass and its derivatives are finite, and fall", () => {
    const rng = rngFromSeed(50 + numComponents);
    const partials = new Float64Array(numOutputs);
    for (let repeat = 0; repeat < 20; repeat++) {
      const outputs = randomOutputs(rng, numComponents);
      let last = 0;
      for (const count of [1e3, 1e4, 1e6, 1e9, 1e12]) {
        const value = logMassOf(mixture, outputs, count, partials);
        expect(value).toBeLessThan(last);
        expect([value, ...partials].every(Number.isFinite), `count ${count}`).toBe(true);
        last = value;
      }
    }
  });

  test("draws have the masses that are computed", () => {
    const rng = rngFromSeed(60 + numComponents);
    const partials = new Float64Array(numOutputs);
    for (let repeat = 0; repeat < 4; repeat++) {
      const outputs = randomOutputs(rng, numComponents);
      mixture.setRow(outputs);
      const draws = Float64Array.from({ length: 20_000 }, () => countAt(scale, mixture.sample(rng)));
      // Level 1e-5.
      expect(chiSquare(draws, (count) => Math.exp(logMassOf(mixture, outputs, count, partials)))).toBeLessThan(1);
    }
  });
});

test("a mass that even its logarithm cannot tell is -Infinity with derivatives of zero; NaN stays NaN", () => {
  const mixture = createOneRowMixture(1);
  const partials = new Float64Array(5).fill(7);
  mixture.setRow(Float64Array.of(0, 0, 0, -1e200, 0));
  expect(mixture.logMass(0, 1, partials)).toBe(-Infinity);
  expect([...partials]).toEqual([0, 0, 0, 0, 0]);
  mixture.setRow(Float64Array.of(0, 0, 0, Number.NaN, 0));
  expect(mixture.logMass(0, 1, partials)).toBeNaN();
});
