import { PoolishError, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { describe, expect, test } from "vitest";
import {
  createRatioEstimator,
  estimatorFromBytes,
  estimatorToBytes,
  numRatioWeights,
  type RatioEstimator,
  type RatioEstimatorSpec,
  type RatioSpec,
} from "../../src/index.ts";

const hidden = { hidden: [8, 8], activation: "silu" } as const;

/** Every kind of column: one bounded by a parameter, a count, a category of three; a condition. */
const RATIO: RatioSpec = {
  kind: "ratio",
  columns: [
    {
      kind: "continuous",
      transform: "log",
      lower: { parameter: 1 },
      upper: Infinity,
      edge: 0.01,
      mean: 0.2,
      standardDeviation: 1.3,
    },
    { kind: "count", scale: { mean: 1.5, standardDeviation: 0.8 }, largestCount: 9 },
    { kind: "category", values: [-1, 0, 1] },
  ],
  reaches: [
    { lower: -2, upper: Infinity },
    { lower: -Infinity, upper: Infinity },
    { lower: -Infinity, upper: Infinity },
  ],
  numFeatures: 2,
  numConditions: 1,
  isCoupled: true,
  trunk: hidden,
  network: hidden,
};

const SPEC: RatioEstimatorSpec = {
  format: "poolish-estimator",
  version: 1,
  target: "ratio",
  parameters: [
    { name: "rate", support: { kind: "interval", lower: 0, upper: Infinity }, box: [0.1, 5] },
    { name: "delay", support: { kind: "interval", lower: -Infinity, upper: Infinity }, box: [-2, 2] },
  ],
  columns: [
    { name: "time", kind: "continuous", bounds: { lower: "delay" } },
    { name: "errors", kind: "count" },
    { name: "choice", kind: "category" },
  ],
  conditions: [{ name: "load", kind: "continuous" }],
  features: [
    { parameter: 0, transform: "log", lower: 0, upper: Infinity, mean: 0.1, standardDeviation: 0.9 },
    { parameter: 1, transform: "identity", lower: -Infinity, upper: Infinity, mean: 0, standardDeviation: 1 },
  ],
  conditionScales: [{ mean: 2, standardDeviation: 0.5 }],
  ratio: RATIO,
  numMembers: 1,
  provenance: {
    simulator: "test",
    simulationSeed: 1,
    numSimulations: 100,
    numDropped: 0,
    trainingSeed: 1,
    backend: "none",
    histories: [[]],
    keptEpochs: [0],
    heldOutLogDensity: 0,
  },
};

function estimator(numMembers = 1): RatioEstimator {
  const rng = rngFromSeed(3);
  const count = numMembers * numRatioWeights(RATIO);
  const weights = Float32Array.from({ length: count }, () => 0.3 * standardNormal(rng));
  return createRatioEstimator({ ...SPEC, numMembers }, weights);
}

/** The same formula in float64 over plain arrays, one pair at a time. */
function slowTwin(
  { weights }: RatioEstimator,
  [time, errors, choice]: number[],
  theta: number[],
  load: number,
): number {
  let at = 0;
  const take = (count: number): number[] => {
    at += count;
    return Array.from(weights.subarray(at - count, at));
  };
  const matrix = (rows: number, columns: number): number[][] => Array.from({ length: rows }, () => take(columns));
  const silu = (z: number): number => z / (1 + Math.exp(-z));
  const times = (x: readonly number[], m: number[][]): number[] =>
    m[0].map((_, j) => x.reduce((sum, value, i) => sum + value * m[i][j], 0));
  const add = (a: number[], b: number[]): number[] => a.map((value, i) => value + b[i]);
  const network = (inputs: number[], numOutputs: number, hasSkip: boolean): number[] => {
    const entry = [matrix(inputs.length, 8), take(8)] as const;
    const second = [matrix(8, 8), take(8)] as const;
    const last = [matrix(8, numOutputs), take(numOutputs)] as const;
    const first = add(times(inputs, entry[0]), entry[1]).map(silu);
    const residual = add(add(times(first, second[0]), second[1]).map(silu), first);
    const outputs = add(times(residual, last[0]), last[1]);
    return hasSkip ? add(outputs, times(inputs, matrix(inputs.length, numOutputs))) : outputs;
  };
  const features = [(Math.log(theta[0]) - 0.1) / 0.9, theta[1]];
  const known = [(load - 2) / 0.5, choice === 0 ? 1 : 0, choice === 1 ? 1 : 0];
  const distance = time - theta[1];
  const t = distance > 0.01 ? Math.log(distance) : Math.log(0.01) + (distance - 0.01) / 0.01;
  const y = (t - 0.2) / 1.3;
  const numbers = [Math.max(-2, y), (Math.sqrt(errors + 0.5) - 1.5) / 0.8];
  const penalty = 1.3 * Math.max(0, -2 - y);
  const location = network([...features, ...known], 2, true);
  const spread = network([...features, ...known], 3, true);
  const logScales = spread.slice(0, 2).map((value) => 10 * Math.tanh(value / 10));
  const z = numbers.map((value, n) => (value - location[n]) / Math.exp(logScales[n]));
  const residuals = [z[0], z[1] + spread[2] * z[0]];
  const [pair] = network([...features, ...known, ...numbers, ...residuals], 1, false);
  const all = [...features, ...known, ...numbers];
  const form = add(times(all, matrix(7, 7)), take(7)).reduce((sum, value, k) => sum + value * all[k], 0);
  const normal = residuals.reduce((sum, e, n) => sum - 0.5 * e * e - logScales[n], 0);
  return pair + form + normal - penalty;
}

const DATA = {
  time: [0.9, 1.7, 0.4, 1.7, 3],
  errors: [2, 0, 5, 0, 1],
  choice: [-1, 0, 1, 0, 1],
  load: [1.8, 2.2, 2.9, 2.2, 1.1],
};
const ROW = Int32Array.of(0, 0, 1, 0, 1);
/** The second row's delay lies behind its first time: a pair beyond the reach. */
const THETA = Float64Array.of(1.3, 0.2, 0.7, 0.45);

describe("a bound ratio", () => {
  test("has the values of its float64 twin, beyond the reach as well, and merges equal trials", () => {
    const ratio = estimator();
    const bound = ratio.bind(DATA, ROW, 2);
    expect(bound.numTerms).toBe(4);
    const logRatios = new Float64Array(4);
    bound.evaluate(THETA, logRatios);
    for (let i = 0; i < 5; i++) {
      const x = [DATA.time[i], DATA.errors[i], DATA.choice[i]];
      const theta = [...THETA.subarray(2 * ROW[i], 2 * ROW[i] + 2)];
      const wanted = slowTwin(ratio, x, theta, DATA.load[i]);
      // Networks run in float32: relative rounding of 6e-8, grown over some hundred terms.
      expect(Math.abs(logRatios[bound.termOfTrial[i]] - wanted)).toBeLessThan(1e-5 * (1 + Math.abs(wanted)));
    }
  });

  test("has gradients in θ that agree with finite differences of the twin", () => {
    const ratio = estimator();
    const bound = ratio.bind(DATA, ROW, 2);
    bound.evaluate(THETA, new Float64Array(4));
    const gradient = new Float64Array(4);
    bound.pullback(bound.multiplicity, gradient);
    const total = (theta: Float64Array): number =>
      DATA.time.reduce((sum, time, i) => {
        const own = [...theta.subarray(2 * ROW[i], 2 * ROW[i] + 2)];
        return sum + slowTwin(ratio, [time, DATA.errors[i], DATA.choice[i]], own, DATA.load[i]);
      }, 0);
    for (let k = 0; k < 4; k++) {
      const step = 1e-5;
      const [above, below] = [step, -step].map((by) => total(THETA.map((value, j) => value + (j === k ? by : 0))));
      const wanted = (above - below) / (2 * step);
      expect(Math.abs(gradient[k] - wanted)).toBeLessThan(2e-4 * (1 + Math.abs(wanted)));
    }
  });

  test("θ off its support has ratio 0 and no gradient", () => {
    const bound = estimator().bind(DATA, ROW, 2);
    const logRatios = new Float64Array(4);
    bound.evaluate(Float64Array.of(-1, 0, 1, 0), logRatios);
    expect([...logRatios].filter((value) => value === -Infinity)).toHaveLength(2);
    const gradient = new Float64Array(4);
    bound.pullback(bound.multiplicity, gradient);
    expect([...gradient.subarray(0, 2)]).toEqual([0, 0]);
  });
});

describe("a ratio estimator", () => {
  const x = [0.9, 2, -1, 1.7, 0, 0];

  test("evaluates by hand what it binds, one θ for all or one each", () => {
    const ratio = estimator();
    const shared = ratio.logRatio(x, [1.3, 0.2], [2]);
    const each = ratio.logRatio(x, [1.3, 0.2, 1.3, 0.2], [2, 2]);
    expect([...shared]).toEqual([...each]);
    expect(() => ratio.logRatio([1, 2], [1, 0], [2])).toThrow(PoolishError);
    expect(() => ratio.logRatio(x, [1], [2])).toThrow("theta");
  });

  test("is a likelihood that is not normalised and draws nothing", () => {
    const ratio = estimator();
    expect(ratio.isNormalised).toBe(false);
    expect(ratio.sample).toBeUndefined();
    expect(ratio.columns[2].categories).toEqual([-1, 0, 1]);
  });

  test("an ensemble has the mean of its members' log ratios", () => {
    const pair = estimator(2);
    const each = numRatioWeights(RATIO);
    const members = [0, 1].map((k) => createRatioEstimator(SPEC, pair.weights.slice(k * each, (k + 1) * each)));
    const values = members.map((member) => member.logRatio(x, [1.3, 0.2], [2]));
    pair.logRatio(x, [1.3, 0.2], [2]).forEach((value, i) => {
      expect(value).toBeCloseTo((values[0][i] + values[1][i]) / 2, 12);
    });
    pair.spread(x, [1.3, 0.2], [2]).forEach((value, i) => {
      expect(value).toBeCloseTo(Math.abs(values[0][i] - values[1][i]) / Math.SQRT2, 10);
    });
  });

  test("comes back from its file to the last bit", () => {
    const ratio = estimator(2);
    const again = estimatorFromBytes<RatioEstimator>(estimatorToBytes(ratio));
    expect(again.spec).toEqual(ratio.spec);
    expect([...again.logRatio(x, [1.3, 0.2], [2])]).toEqual([...ratio.logRatio(x, [1.3, 0.2], [2])]);
  });

  test("a file with another number of reaches is refused by field", () => {
    const { spec, weights } = estimator();
    const broken = { ...spec, ratio: { ...spec.ratio, reaches: spec.ratio.reaches.slice(1) } };
    expect(() => estimatorFromBytes(estimatorToBytes({ spec: broken, weights }))).toThrow("ratio.reaches");
  });
});
