import {
  type Activation,
  columnsOf,
  createKernels,
  type Kernels,
  type LayerActivation,
  type Matrix,
  matrixLength,
  matrixOver,
  paddedColumns,
  rowsOf,
} from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { U, variants } from "./harness.ts";
import { expectClose, filled, row, rows } from "./matrices.ts";

const activations: readonly LayerActivation[] = ["identity", "tanh", "relu", "gelu", "silu"];

const cases = fc.record({
  count: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 60, max: 140 })),
  inputs: fc.integer({ min: 1, max: 37 }),
  outputs: fc.integer({ min: 1, max: 41 }),
  start: fc.nat({ max: 100_000 }),
  activation: fc.constantFrom(...activations),
});

/** x·W of one row in float64, and Σ|x·w| for the bound. */
function product(x: readonly number[], weights: Matrix): { values: number[]; magnitude: number } {
  const values = new Array<number>(weights.columns).fill(0);
  let magnitude = 0;
  x.forEach((value, i) => {
    row(weights, i).forEach((weight, j) => {
      values[j] += value * weight;
      magnitude = Math.max(magnitude, Math.abs(value * weight));
    });
  });
  return { values, magnitude: magnitude * x.length };
}

/** Columns 1 … of a wider matrix: the layer must not read the others. */
function inputView(kernels: Kernels, count: number, inputs: number, start: number): Matrix {
  const wide = filled(kernels, count, inputs + 3, start);
  for (let i = 0; i < count; i++) {
    wide.values[i * wide.stride] = Number.NaN;
    wide.values[i * wide.stride + inputs + 1] = Number.NaN;
  }
  return columnsOf(wide, 1, inputs);
}

/** Columns 8 … of a wider matrix full of sevens, and what must still be seven afterwards. */
function resultView(kernels: Kernels, count: number, outputs: number) {
  const wide = kernels.allocateMatrix(count, outputs + 8);
  wide.values.fill(7);
  const isUntouched = () =>
    rows(columnsOf(wide, 0, 8), count)
      .flat()
      .every((value) => value === 7);
  return { result: columnsOf(wide, 8, outputs), isUntouched };
}

describe.each(variants)("%s", (variant) => {
  const fresh = () => createKernels({ capacity: 200_000, variant });

  test("denseForward: views of wider matrices, bias, and the activation of its own argument to the bit", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ count, inputs, outputs, start, activation }, hasBias) => {
        const kernels = fresh();
        const x = inputView(kernels, count, inputs, start);
        const weights = filled(kernels, inputs, outputs, start + 1e5);
        const bias = kernels.allocate(paddedColumns(outputs));
        if (hasBias) bias.values.set(row(filled(kernels, 1, outputs, start + 2e5), 0));
        const { result: y, isUntouched } = resultView(kernels, count, outputs);
        const z = activation === "identity" ? null : kernels.allocateMatrix(count, outputs);
        kernels.denseForward(x, weights, hasBias ? bias : null, activation, z, y, count);
        for (let i = 0; i < count; i++) {
          const { values, magnitude } = product(row(x, i), weights);
          const expected = values.map((value, j) => value + bias.values[j]);
          expectClose(row(z ?? y, i), expected, U, (inputs + 2) * U * (1 + magnitude), "x·W + b");
        }
        if (activation !== "identity" && z !== null) {
          const flat = kernels.allocate(matrixLength(count, outputs));
          flat.values.set(z.values);
          kernels.activate(activation, flat, flat, flat.length);
          expect(rows(y, count)).toEqual(rows(matrixOver(flat, 0, count, outputs), count));
        }
        expect(isUntouched()).toBe(true);
      }),
      { seed: 81, numRuns: 60 },
    );
  });

  test("denseForwardFrom adds the row that the index says; addRows is its transpose", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 5 }), ({ count, inputs, outputs, start }, numBases) => {
        const kernels = fresh();
        const x = inputView(kernels, count, inputs, start);
        const weights = filled(kernels, inputs, outputs, start + 1e5);
        const base = filled(kernels, numBases, outputs, start + 2e5);
        const rowOf = kernels.allocateIndices(count);
        for (let i = 0; i < count; i++) rowOf.values[i] = (start + i * i) % numBases;
        const { result: y, isUntouched } = resultView(kernels, count, outputs);
        kernels.denseForwardFrom(base, rowOf, x, weights, "identity", null, y, count);
        for (let i = 0; i < count; i++) {
          const { values, magnitude } = product(row(x, i), weights);
          const expected = values.map((value, j) => value + row(base, rowOf.values[i])[j]);
          expectClose(row(y, i), expected, U, (inputs + 2) * U * (1 + magnitude), "base + x·W");
        }
        expect(isUntouched()).toBe(true);
        const gathered = kernels.allocateMatrix(count, outputs);
        kernels.gatherRows(base, rowOf, gathered, count);
        for (let i = 0; i < count; i++) expect(row(gathered, i)).toEqual(row(base, rowOf.values[i]));

        const expected = rows(base, numBases);
        for (let i = 0; i < count; i++) {
          row(y, i).forEach((value, j) => {
            expected[rowOf.values[i]][j] += value;
          });
        }
        const wide = kernels.allocateMatrix(count, outputs);
        for (let i = 0; i < count; i++) wide.values.set(row(y, i), i * wide.stride);
        kernels.addRows(wide, rowOf, base, count);
        // Each run of equal indices is rounded once.
        const most = Math.max(...expected.flat().map(Math.abs)) + inputs;
        for (let r = 0; r < numBases; r++) expectClose(row(base, r), expected[r], U, count * U * most, "sums");
      }),
      { seed: 82, numRuns: 60 },
    );
  });

  test("denseBackwardInput and denseBackwardThrough: dy·Wᵀ, added or not, times the derivative", () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom("overwrite" as const, "add" as const),
        ({ count, inputs, outputs, start, activation }, accumulation) => {
          const kernels = fresh();
          const dy = filled(kernels, count, outputs, start);
          const weights = filled(kernels, inputs, outputs, start + 1e5);
          const transposed = kernels.allocateMatrix(outputs, inputs);
          kernels.transposeMatrix(weights, transposed);
          const dx = filled(kernels, count, inputs, start + 2e5);
          const before = rows(dx, count);
          kernels.denseBackwardInput(dy, transposed, dx, count, accumulation);
          for (let i = 0; i < count; i++) {
            const { values, magnitude } = product(row(dy, i), transposed);
            const expected = values.map((value, j) => value + (accumulation === "add" ? before[i][j] : 0));
            expectClose(row(dx, i), expected, U, (outputs + 2) * U * (1 + magnitude), "dy·Wᵀ");
          }
          if (activation === "identity") return;
          const z = filled(kernels, count, inputs, start + 3e5, 3);
          const value = kernels.allocateMatrix(count, inputs);
          const flat = { ...z, length: matrixLength(count, inputs) };
          kernels.activate(activation, flat, { ...value, length: flat.length }, flat.length);
          const [through, after] = [kernels.allocateMatrix(count, inputs), kernels.allocateMatrix(count, inputs)];
          through.values.set(before.flatMap((values) => [...values, ...new Array<number>(z.stride - inputs).fill(0)]));
          kernels.denseBackwardThrough(dy, transposed, activation, z, value, through, count, accumulation);
          kernels.activationBackward(activation, z, value, dx, after, count);
          expect(rows(through, count)).toEqual(rows(after, count));
        },
      ),
      { seed: 83, numRuns: 60 },
    );
  });

  test("denseBackwardWeights: xᵀ·dy from views, added or not; the padding stays zero", () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom(1, 3),
        fc.constantFrom("overwrite" as const, "add" as const),
        ({ count: few, inputs, outputs, start }, times, accumulation) => {
          const kernels = fresh();
          const count = few * times;
          const x = columnsOf(filled(kernels, count, inputs + 3, start), 1, inputs);
          const dy = columnsOf(filled(kernels, count, outputs + 8, start + 1e5), 8, outputs);
          const dWeights = filled(kernels, inputs, outputs, start + 2e5);
          const dBias = kernels.allocate(paddedColumns(outputs));
          dBias.values.fill(1, 0, outputs);
          const before = rows(dWeights, inputs);
          kernels.denseBackwardWeights(x, dy, dWeights, dBias, count, accumulation);
          const isAdding = accumulation === "add";
          for (let i = 0; i <= inputs; i++) {
            const expected = new Array<number>(outputs).fill(0);
            for (let r = 0; r < count; r++) {
              row(dy, r).forEach((value, j) => {
                expected[j] += value * (i < inputs ? row(x, r)[i] : 1);
              });
            }
            const actual = i < inputs ? row(dWeights, i) : Array.from(dBias.values.subarray(0, outputs));
            const old = i < inputs ? before[i] : new Array<number>(outputs).fill(1);
            const sums = expected.map((value, j) => value + (isAdding ? old[j] : 0));
            expectClose(actual, sums, U, 130 * U * count, i < inputs ? `dW row ${i}` : "dBias");
          }
          for (let i = 0; i < Math.ceil(inputs / 4) * 4; i++) {
            const from = i < inputs ? outputs : 0;
            const padding = dWeights.values.subarray(i * dWeights.stride + from, (i + 1) * dWeights.stride);
            expect(padding.every((value) => value === 0)).toBe(true);
          }
        },
      ),
      { seed: 84, numRuns: 40 },
    );
  });

  test("no rows: results stay, overwritten weight gradients become 0", () => {
    const kernels = fresh();
    const [x, w, y] = [filled(kernels, 3, 2, 0), filled(kernels, 2, 5, 0), filled(kernels, 3, 5, 0)];
    const before = rows(y, 3);
    kernels.denseForward(x, w, null, "tanh", null, y, 0);
    expect(rows(y, 3)).toEqual(before);
    kernels.denseBackwardWeights(x, y, w, null, 0, "add");
    expect(row(w, 0)).not.toEqual([0, 0, 0, 0, 0]);
    kernels.denseBackwardWeights(x, y, w, null, 0, "overwrite");
    expect(
      rows(w, 2)
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
  });

  test("refuses matrices that do not fit", () => {
    const kernels = fresh();
    const [x, w, y] = [filled(kernels, 8, 5, 0), filled(kernels, 5, 9, 0), filled(kernels, 8, 9, 0)];
    const forward = (to: Matrix, z: Matrix | null = null) => kernels.denseForward(x, w, null, "relu", z, to, 8);
    expect(() => forward(filled(kernels, 8, 8, 0))).toThrow("y needs 9 columns, has 8");
    expect(() => forward(columnsOf(filled(kernels, 8, 20, 0), 1, 9))).toThrow("y must have padded rows");
    expect(() => forward(rowsOf(filled(kernels, 16, 9, 0), 0, 9))).toThrow("y must have padded rows");
    expect(() => forward(y, x)).toThrow("preactivation needs 9 columns");
    expect(() => kernels.denseForward(y, w, null, "relu", null, y, 8)).toThrow("x needs 5 columns");
    const through = (kind: Activation) => kernels.denseBackwardThrough(y, w, kind, null, x, x, 8, "add");
    expect(() => through("gelu")).toThrow("the gradient of gelu needs the preactivation");
    const rowOf = kernels.allocateIndices(8);
    rowOf.values[7] = 5;
    expect(() => kernels.denseForwardFrom(w, rowOf, x, w, "tanh", null, y, 8)).toThrow("outside [0, 5)");
    expect(() => kernels.addRows(y, rowOf, w, 8)).toThrow("outside [0, 5)");
  });
});
