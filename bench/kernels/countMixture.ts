import { type CountMixtureKernel, createCountMixtureKernel } from "@poolish/kernels";
import { scaledErfc } from "@poolish/math";
import { nanoseconds, printRow } from "./timing.ts";

/** `numRows` rows of `perRow` neighbouring counts each, on about ±2.5 deviations. */
function filledMixture(numComponents: number, numRows: number, perRow: number): CountMixtureKernel {
  const kernel = createCountMixtureKernel({ numComponents, maxRows: numRows, maxTerms: numRows * perRow });
  for (let i = 0; i < kernel.outputs.length; i++) kernel.outputs[i] = ((i * 0.6180339887498949) % 1) - 0.5;
  for (let i = 0; i < numRows * perRow; i++) {
    kernel.rowOfTerm[i] = Math.floor(i / perRow);
    kernel.lower[i] = (5 * (i % perRow)) / perRow - 2.5;
    kernel.upper[i] = (5 * ((i % perRow) + 1)) / perRow - 2.5;
    kernel.adjoint[i] = 1;
  }
  return kernel;
}

/** What JavaScript needs for the exponential and the scaled erfc of each edge alone, at `length` arguments. */
function edgesInJavaScript(length: number): () => void {
  const z = Float64Array.from({ length }, (_, i) => (i * 0.6180339887498949) % 2.5);
  const tail = new Float64Array(length);
  return () => {
    for (let i = 0; i < length; i++) tail[i] = Math.exp(-0.5 * z[i] * z[i]) * scaledErfc(z[i] * Math.SQRT1_2);
  };
}

/** The float64 kernel of counts. */
export function benchCountMixture(): void {
  console.log("\ndiscretised mixture, float64: µs a call (ns a term and component)");
  printRow(["rows×terms×K", "evaluate", "pullback", "exp, erfc in JS"]);
  for (const [numRows, perRow, numComponents] of [
    [5, 10, 6],
    [5, 10, 1],
    [512, 1, 6],
  ]) {
    const kernel = filledMixture(numComponents, numRows, perRow);
    const numTerms = numRows * perRow;
    kernel.evaluate(numRows, numTerms);
    const calls = [
      () => kernel.evaluate(numRows, numTerms),
      () => kernel.pullback(),
      edgesInJavaScript(numRows * (perRow + 1) * numComponents),
    ];
    const cells = calls.map((call) => {
      const [elapsed] = nanoseconds([call]);
      return `${(elapsed / 1000).toFixed(2)} (${(elapsed / (numTerms * numComponents)).toFixed(1)})`;
    });
    printRow([`${numRows}×${perRow}×${numComponents}`, ...cells]);
  }
}
