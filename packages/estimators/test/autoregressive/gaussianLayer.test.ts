import { rngFromSeed } from "@poolish/core";
import { createKernels } from "@poolish/kernels";
import { describe, expect, test } from "vitest";
import { createGaussianLayer, numSpreads } from "../../src/autoregressive/gaussianLayer.ts";

const D = 3;
const NUM_TERMS = 4;

function example(isCoupled: boolean, itemOfTerm: readonly number[]) {
  const rng = rngFromSeed(7);
  const numItems = itemOfTerm[NUM_TERMS - 1] + 1;
  const random = (length: number) => Float64Array.from({ length }, () => Math.fround(2 * rng.uniform() - 1));
  return {
    isCoupled,
    numItems,
    itemOfTerm: Int32Array.from(itemOfTerm),
    locations: Array.from({ length: numItems }, () => random(D)),
    spreads: Array.from({ length: numItems }, () => random(numSpreads(D, isCoupled))),
    y: Array.from({ length: D }, () => random(NUM_TERMS)),
    byResidual: Array.from({ length: D }, () => random(NUM_TERMS)),
    byLogScale: Array.from({ length: D }, () => random(NUM_TERMS)),
  };
}
type Example = ReturnType<typeof example>;

/** e = (I + L) diag(1 / σ) (y − μ) of term i with dense matrices, and log σ. */
function twin({ locations, spreads, y, itemOfTerm, isCoupled }: Example, i: number) {
  const [mu, s] = [locations[itemOfTerm[i]], spreads[itemOfTerm[i]]];
  const logScale = Array.from({ length: D }, (_, c) => 10 * Math.tanh(s[c] / 10));
  const matrix = Array.from({ length: D }, (_, c) =>
    Array.from({ length: D }, (_c, j) => {
      if (j === c) return 1;
      return isCoupled && j < c ? s[D + (c * (c - 1)) / 2 + j] : 0;
    }),
  );
  const z = y.map((column, c) => (column[i] - mu[c]) / Math.exp(logScale[c]));
  return { logScale, residual: matrix.map((row) => row.reduce((sum, value, j) => sum + value * z[j], 0)) };
}

function entered({ isCoupled, itemOfTerm, numItems, locations, spreads, y }: Example) {
  const kernels = createKernels({ capacity: 1000 });
  const matrixOf = (rows: readonly Float64Array[]) => {
    const matrix = kernels.allocateMatrix(rows.length, rows[0].length);
    for (const [i, row] of rows.entries()) matrix.values.set(row, i * matrix.stride);
    return matrix;
  };
  const parameters = [matrixOf(locations), matrixOf(spreads)] as const;
  const layer = createGaussianLayer(D, isCoupled, numItems, NUM_TERMS);
  layer.begin(...parameters, itemOfTerm, numItems, NUM_TERMS);
  for (const [c, column] of y.entries()) layer.enter(c, column);
  return { layer, gradients: [matrixOf(locations), matrixOf(spreads)] as const };
}

describe.each([
  ["coupled, rows", true, [0, 0, 1, 1]],
  ["coupled, terms", true, [0, 1, 2, 3]],
  ["uncoupled", false, [0, 0, 0, 1]],
] as const)("Gaussian layer, %s", (_, isCoupled, items) => {
  const at = example(isCoupled, items);

  test("residuals and scales are those of dense matrices", () => {
    const { layer } = entered(at);
    for (let i = 0; i < NUM_TERMS; i++) {
      const { residual, logScale } = twin(at, i);
      for (let c = 0; c < D; c++) {
        expect(layer.residuals[c][i]).toBeCloseTo(residual[c], 13);
        expect(layer.logScales[c][i]).toBeCloseTo(logScale[c], 13);
        expect(layer.scales[c][i]).toBeCloseTo(Math.exp(logScale[c]), 13);
      }
    }
  });

  test("place undoes enter", () => {
    const { layer } = entered(at);
    const residuals = layer.residuals.map((column) => column.slice());
    at.y.forEach((column, c) => {
      const placed = new Float64Array(NUM_TERMS);
      layer.place(c, residuals[c], placed);
      placed.forEach((value, i) => {
        expect(value).toBeCloseTo(column[i], 13);
      });
    });
  });

  test("the pullback is that of finite differences", () => {
    const { layer, gradients } = entered(at);
    const yGradient = at.y.map((column) => column.map(() => 5));
    const adjoints = at.byResidual.map((column) => column.slice());
    layer.pullback(adjoints, at.byLogScale, ...gradients, yGradient);
    const loss = (moved: Partial<Example>) => {
      let sum = 0;
      for (let i = 0; i < NUM_TERMS; i++) {
        const { residual, logScale } = twin({ ...at, ...moved }, i);
        for (let c = 0; c < D; c++) sum += at.byResidual[c][i] * residual[c] + at.byLogScale[c][i] * logScale[c];
      }
      return sum;
    };
    const h = 1e-5;
    const check = (key: "locations" | "spreads" | "y", row: number, j: number, actual: number) => {
      const at1 = (d: number) => {
        const rows = at[key].map((numbers, r) => (r === row ? numbers.with(j, numbers[j] + d) : numbers));
        return loss({ [key]: rows });
      };
      expect(Math.abs(actual - (at1(h) - at1(-h)) / (2 * h))).toBeLessThan(2e-6);
    };
    at.y.forEach((column, c) => {
      for (let i = 0; i < column.length; i++) check("y", c, i, yGradient[c][i] - 5);
    });
    for (const [k, key] of (["locations", "spreads"] as const).entries()) {
      const { values, stride } = gradients[k];
      at[key].forEach((numbers, item) => {
        for (let o = 0; o < numbers.length; o++) check(key, item, o, values[item * stride + o]);
      });
    }
  });
});

test("log scales stay within ±10 however large the output", () => {
  const at = example(true, [0, 0, 0, 0]);
  at.spreads[0].fill(1e6, 0, D);
  const { layer } = entered(at);
  for (const column of layer.logScales) expect(column[0]).toBe(10);
});
