import { columnsOf, createKernels, type Kernels, type SimdVariant } from "@poolish/kernels";
import { filledMatrix } from "./products.ts";
import { nanoseconds, printRow } from "./timing.ts";

type Calls = Readonly<Record<string, () => void>>;

function splineCalls(kernels: Kernels, rows: number, numBins: number): Calls {
  const shape = { numBins, bound: 1 };
  const [x, parameters] = [filledMatrix(kernels, rows, 1), filledMatrix(kernels, rows, 3 * numBins - 1)];
  const [z, logDet, dx] = [kernels.allocateVector(rows), kernels.allocateVector(rows), kernels.allocateVector(rows)];
  const dParameters = kernels.allocateMatrix(rows, 3 * numBins - 1);
  const state = kernels.allocate(kernels.splineStateLength(shape, rows));
  return {
    [`spline value, K = ${numBins}`]: () => kernels.splineForward(shape, x, parameters, null, z, logDet, state, rows),
    [`spline gradient, K = ${numBins}`]: () => kernels.splineBackward(shape, state, x, x, dx, dParameters, rows),
    [`spline inverse, K = ${numBins}`]: () => kernels.splineInverse(shape, x, parameters, null, z, rows),
  };
}

function mixtureCalls(kernels: Kernels, rows: number, numComponents: number): Calls {
  const [x, parameters] = [filledMatrix(kernels, rows, 1), filledMatrix(kernels, rows, 3 * numComponents)];
  const [log, dx] = [kernels.allocateVector(rows), kernels.allocateVector(rows)];
  const dParameters = kernels.allocateMatrix(rows, 3 * numComponents);
  // All x share the first row of parameters.
  const rowOf = kernels.allocateIndices(rows);
  const [logits, dLogits] = [columnsOf(parameters, 0, numComponents), columnsOf(dParameters, 0, numComponents)];
  return {
    [`normal mixture, K = ${numComponents}`]: () =>
      kernels.mixtureWithGradient("normal", x, parameters, null, null, log, dx, dParameters, rows),
    [`logistic mixture, K = ${numComponents}`]: () =>
      kernels.mixtureWithGradient("logistic", x, parameters, null, null, log, dx, dParameters, rows),
    [`one normal mixture for all, K = ${numComponents}`]: () => {
      kernels.mixtureRuns(x, parameters, rowOf, log, rows);
      kernels.mixtureRunsGradient(x, parameters, rowOf, log, dx, dParameters, rows);
    },
    [`log-sum-exp of ${numComponents}`]: () => kernels.logSumExpRows(logits, log, rows),
    [`softmax of ${numComponents}`]: () => kernels.softmaxRows(logits, dLogits, rows),
  };
}

function linearCalls(kernels: Kernels, rows: number, columns: number): Calls {
  const [x, z] = [filledMatrix(kernels, rows, columns), kernels.allocateMatrix(rows, columns)];
  const length = (columns * (columns + 1)) / 2;
  const [mean, raw, factor] = [columns, columns, length].map((width) => filledMatrix(kernels, rows, width));
  const [dMean, dRaw, dFactor] = [columns, columns, length].map((width) => kernels.allocateMatrix(rows, width));
  const logDet = kernels.allocateVector(rows);
  return {
    [`affine value, ${columns} columns`]: () => kernels.affineForward(x, mean, raw, null, 5, z, logDet, rows),
    [`affine gradient, ${columns} columns`]: () =>
      kernels.affineBackward(x, raw, null, 5, x, logDet, z, dMean, dRaw, rows),
    [`triangular value, ${columns} columns`]: () =>
      kernels.triangularForward("multiply", x, mean, factor, null, z, logDet, rows),
    [`triangular gradient, ${columns} columns`]: () =>
      kernels.triangularBackward("multiply", x, mean, factor, null, x, x, logDet, z, dMean, dFactor, rows),
    [`standard normal, ${columns} columns`]: () => kernels.standardNormalRows(x, logDet, rows),
  };
}

/** Nanoseconds a row, for one row (all of it the call) and for a batch. */
export function benchRows(variant: SimdVariant): void {
  console.log(`\n${variant}: ns a row`);
  printRow(["", "1 row", "256 rows"]);
  const callsOf = (rows: number): Calls => {
    const kernels = createKernels({ capacity: 1 << 18, variant });
    return {
      ...splineCalls(kernels, rows, 8),
      ...splineCalls(kernels, rows, 16),
      ...mixtureCalls(kernels, rows, 8),
      ...linearCalls(kernels, rows, 4),
    };
  };
  const single = nanoseconds(Object.values(callsOf(1)));
  const batch = nanoseconds(Object.values(callsOf(256)));
  Object.keys(callsOf(1)).forEach((name, i) => {
    printRow([name, single[i].toFixed(0), (batch[i] / 256).toFixed(1)]);
  });
}
