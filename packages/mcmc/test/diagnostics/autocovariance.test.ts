import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { meanAutocovariance } from "../../src/diagnostics/autocovariance.ts";
import { createFft } from "../../src/diagnostics/fft.ts";
import { lazyAutocovariance } from "../../src/diagnostics/lazyAutocovariance.ts";

function normals(count: number, seed: number): Float64Array {
  const rng = rngFromSeed(seed);
  return Float64Array.from({ length: count }, () => standardNormal(rng));
}

/** The slow twin: the sum by the definition. */
function directAutocovariance(chains: readonly Float64Array[], lag: number): number {
  const perChain = chains.map((chain) => {
    const mean = chain.reduce((a, b) => a + b) / chain.length;
    let sum = 0;
    for (let i = 0; i + lag < chain.length; i++) sum += (chain[i] - mean) * (chain[i + lag] - mean);
    return sum / chain.length;
  });
  return perChain.reduce((a, b) => a + b) / chains.length;
}

test.each([2, 5, 64, 100])("the autocovariance of chains of %i draws is that of the definition", (length) => {
  const chains = [normals(length, 1).map((x) => x + 1000), normals(length, 2)];
  const actual = meanAutocovariance(chains);
  expect(actual.length).toBe(length);
  for (let lag = 0; lag < length; lag++) expect(actual[lag]).toBeCloseTo(directAutocovariance(chains, lag), 12);
});

test("three chains, of which two share a transform", () => {
  const chains = [normals(50, 5), normals(50, 6), normals(50, 7).map((x) => 3 * x)];
  const actual = meanAutocovariance(chains);
  for (let lag = 0; lag < 50; lag++) expect(actual[lag]).toBeCloseTo(directAutocovariance(chains, lag), 12);
});

test("lag by lag it is the same, below and above the lags that are summed directly", () => {
  const chains = [normals(101, 8), normals(101, 9).map((x) => x - 7)];
  const autocovariance = lazyAutocovariance(chains);
  for (const lag of [0, 1, 2, 31, 32, 33, 99, 100, 3]) {
    expect(autocovariance(lag)).toBeCloseTo(directAutocovariance(chains, lag), 12);
  }
});

test("the transform is the sum by the definition", () => {
  const real = normals(16, 3);
  const imaginary = normals(16, 4);
  const transformedReal = real.slice();
  const transformedImaginary = imaginary.slice();
  createFft(16)(transformedReal, transformedImaginary);
  for (let k = 0; k < 16; k++) {
    let sumReal = 0;
    let sumImaginary = 0;
    for (let j = 0; j < 16; j++) {
      const angle = (-2 * Math.PI * j * k) / 16;
      sumReal += real[j] * Math.cos(angle) - imaginary[j] * Math.sin(angle);
      sumImaginary += real[j] * Math.sin(angle) + imaginary[j] * Math.cos(angle);
    }
    expect(transformedReal[k]).toBeCloseTo(sumReal, 12);
    expect(transformedImaginary[k]).toBeCloseTo(sumImaginary, 12);
  }
});

test("a size that is no power of two is refused", () => {
  expect(() => createFft(12)).toThrow("power of two");
});
