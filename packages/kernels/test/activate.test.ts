import { type Activation, createKernels, type Region } from "@poolish/kernels";
import { describe, expect, test } from "vitest";
import { bits, spread, U, variants } from "./harness.ts";

/** Φ(−a) for a ≥ 0: the series around 0, the continued fraction in the tail (Abramowitz & Stegun 26.2.11, 26.2.14). */
function upperTail(a: number): number {
  const density = Math.exp((-a * a) / 2) / Math.sqrt(2 * Math.PI);
  if (a > 3) {
    let fraction = 0;
    for (let k = 120; k > 0; k--) fraction = k / (a + fraction);
    return density / (a + fraction);
  }
  let term = a;
  let sum = a;
  for (let k = 1; k < 60; k++) {
    term *= (a * a) / (2 * k + 1);
    sum += term;
  }
  return 0.5 - sum * density;
}

const normalCdf = (z: number): number => (z < 0 ? upperTail(-z) : 1 - upperTail(z));
const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

interface Twin {
  readonly value: (z: number) => number;
  readonly slope: (z: number, y: number) => number;
  /** Bounds that the docstring of `activate` states. */
  readonly relativeError: (z: number) => number;
  /** Bound on the error of the slope that the docstring of `activateGradient` states. */
  readonly slopeError: (slope: number) => number;
}

const twins: Readonly<Record<Activation, Twin>> = {
  tanh: {
    value: Math.tanh,
    slope: (_, y) => 1 - y * y,
    relativeError: () => 4e-7,
    slopeError: (slope) => 3e-7 * slope,
  },
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0), relativeError: () => 0, slopeError: () => 0 },
  gelu: {
    value: (z) => z * normalCdf(z),
    slope: (z) => normalCdf(z) + z * normalDensity(z),
    relativeError: (z) => 7e-7 + (z > -1 ? 0 : z * z * U),
    slopeError: () => 4e-7,
  },
  silu: {
    value: (z) => z * logistic(z),
    slope: (z) => logistic(z) * (1 + z * logistic(-z)),
    relativeError: () => 3e-7,
    slopeError: () => 4e-7,
  },
};
const kinds = Object.keys(twins) as Activation[];

/** Both signs of floats from 2^-40 to 2^8, evenly spread over their bit patterns, so over all binades alike. */
function fillWithFloats(region: Region): void {
  const [first, last] = [0x2b800000, 0x43800000];
  const pattern = new Uint32Array(1);
  const value = new Float32Array(pattern.buffer);
  for (let i = 0; i < region.length; i++) {
    pattern[0] = Math.floor(first + ((last - first) * (i + 0.5)) / region.length);
    region.values[i] = i % 2 === 0 ? value[0] : -value[0];
  }
}

describe.each(variants)("%s", (variant) => {
  const length = 120_000;
  const kernels = createKernels({ capacity: 4 * length, variant });
  const z = kernels.allocate(length);
  const y = kernels.allocate(length);
  const dy = kernels.allocate(length);
  const dz = kernels.allocate(length);
  fillWithFloats(z);
  for (let i = 0; i < length; i++) dy.values[i] = spread(i);

  test.each(kinds)("%s keeps its error bound over all binades", (kind) => {
    kernels.activate(kind, z, y, length);
    for (let i = 0; i < length; i++) {
      const at = z.values[i];
      const expected = twins[kind].value(at);
      const error = Math.abs(y.values[i] - expected);
      if (!(error <= twins[kind].relativeError(at) * Math.abs(expected) + 2e-36)) {
        expect.fail(`${kind}(${at}) = ${y.values[i]}, expected ${expected}`);
      }
    }
  });

  test.each(kinds)("the gradient of %s is dy·f′(z) within its bound", (kind) => {
    kernels.activate(kind, z, y, length);
    kernels.activateGradient(kind, z, y, dy, dz, length);
    for (let i = 0; i < length; i++) {
      const slope = twins[kind].slope(z.values[i], y.values[i]);
      const error = Math.abs(dz.values[i] - dy.values[i] * slope);
      if (!(error <= twins[kind].slopeError(Math.abs(slope)) * Math.abs(dy.values[i]))) {
        expect.fail(`${kind}′(${z.values[i]}): ${dz.values[i] / dy.values[i]}, expected ${slope}`);
      }
    }
  });

  test("the slopes of the twins are derivatives: central differences", () => {
    const h = 1e-5;
    for (const kind of kinds) {
      const { value, slope } = twins[kind];
      for (const at of [-4.1, -1.3, -0.2, 0.01, 0.7, 2.9]) {
        const difference = (value(at + h) - value(at - h)) / (2 * h);
        // Truncation h²|f‴|/6 < 1e-10, rounding about 4·2⁻⁵³/h < 1e-10.
        expect(Math.abs(slope(at, value(at)) - difference)).toBeLessThan(1e-9);
      }
    }
  });

  test.each(kinds)("%s at zeros, infinities, the largest floats and NaN", (kind) => {
    z.values.set([0, Infinity, -Infinity, 3.4e38, -3.4e38, Number.NaN, 1e-40, 0]);
    kernels.activate(kind, z, y, 8);
    const [zero, top, bottom, large, small, nan, tiny] = y.values;
    const top1 = kind === "tanh" ? 1 : Infinity;
    expect([zero, top, nan]).toEqual([0, top1, Number.NaN]);
    expect(bottom + 0).toBe(kind === "tanh" ? -1 : 0);
    expect(small + 0).toBe(kind === "tanh" ? -1 : 0);
    expect(large).toBe(kind === "tanh" ? 1 : Math.fround(3.4e38));
    expect(Math.abs(tiny - twins[kind].value(1e-40))).toBeLessThan(2e-45);

    dy.values.fill(1, 0, 8);
    kernels.activateGradient(kind, z, y, dy, dz, 8);
    const flat = kind === "tanh" ? 0 : 1;
    expect(Array.from(dz.values.subarray(1, 6), (slope) => slope + 0)).toEqual([flat, 0, flat, 0, Number.NaN]);
    dy.values.fill(Number.NaN, 0, 8);
    kernels.activateGradient(kind, z, y, dy, dz, 8);
    expect(dz.values.subarray(0, 8).every(Number.isNaN)).toBe(true);
    fillWithFloats(z);
    for (let i = 0; i < 8; i++) dy.values[i] = spread(i);
  });

  test.each(kinds)("%s works in place, to the bit", (kind) => {
    kernels.activate(kind, z, y, 1000);
    kernels.activateGradient(kind, z, y, dy, dz, 1000);
    const value = bits(y, 0, 1000);
    const gradient = bits(dz, 0, 1000);
    dz.values.set(dy.values.subarray(0, 1000));
    kernels.activateGradient(kind, z, y, dz, dz, 1000);
    expect(bits(dz, 0, 1000)).toEqual(gradient);
    y.values.set(z.values.subarray(0, 1000));
    kernels.activate(kind, y, y, 1000);
    expect(bits(y, 0, 1000)).toEqual(value);
  });
});
