import { rngFromSeed } from "@poolish/core";
import { describe, expect, test } from "vitest";
import type { ContinuousColumn } from "../../src/columns/continuousColumn.ts";
import { type DensitySpec, encodedColumns } from "../../src/density/densitySpec.ts";
import type { EstimatorSpec } from "../../src/estimatorSpec.ts";
import type { FlowSpec } from "../../src/flow/flowSpec.ts";
import type { MixtureDensitySpec } from "../../src/mixtureDensity/mixtureDensitySpec.ts";
import { toOnnx } from "../../src/onnx/toOnnx.ts";
import { evaluateOnnx } from "../support/evaluateOnnx.ts";
import { AFFINE, flowSpec, SPLINE } from "../support/flowSpec.ts";
import { continuousSpec, estimatorOf, mixedSpec } from "../support/mixedEstimator.ts";

/** Response times above the parameter `shift` and choices, given a contrast: mixedSpec without its counts. */
function withoutCounts(numMembers: number): EstimatorSpec {
  const spec = mixedSpec(numMembers);
  const { density } = spec;
  if (density.kind !== "autoregressive") throw new Error("the example is autoregressive");
  return { ...spec, columns: spec.columns.slice(0, 2), density: { ...density, columns: density.columns.slice(0, 2) } };
}

/** Two plain columns, or one above 0, of one parameter, with another density of them. */
function continuousWith(numColumns: 1 | 2, densityOf: (columns: readonly ContinuousColumn[]) => DensitySpec) {
  const spec = continuousSpec(numColumns);
  const columns = encodedColumns(spec.density).filter((column) => column.kind === "continuous");
  return { ...spec, density: densityOf(columns) };
}

const flow = (numColumns: 1 | 2, part: Partial<FlowSpec> = {}): EstimatorSpec =>
  continuousWith(numColumns, (columns) => ({ ...flowSpec(AFFINE, numColumns, { numFeatures: 1, ...part }), columns }));

const mixture = (columns: readonly ContinuousColumn[]): MixtureDensitySpec => ({
  ...{ kind: "mixture-density", columns, numFeatures: 1, numConditions: 0, numComponents: 3 },
  ...{ hidden: [8, 8], activation: "tanh" },
});

const withDose = (spec: EstimatorSpec): EstimatorSpec => ({
  ...spec,
  conditions: [{ name: "dose", kind: "continuous" }],
  conditionScales: [{ mean: 0.5, standardDeviation: 0.3 }],
});

const KINDS = [1, 2, 40];

const withKind = (spec: EstimatorSpec): EstimatorSpec => ({
  ...spec,
  conditions: [{ name: "kind", kind: "category" }],
  conditionScales: [{ values: KINDS }],
});

const cases: readonly (readonly [string, EstimatorSpec])[] = [
  ["autoregressive, a bound by a parameter and a choice", withoutCounts(1)],
  ["autoregressive, three members", withoutCounts(3)],
  ["autoregressive, one column above 0", continuousSpec(1)],
  ["mixture of normals", continuousWith(2, mixture)],
  ["masked flow of two columns", flow(2, { hidden: [10, 10] })],
  ["masked flow with a linear path and a condition", withDose(flow(2, { hasSkip: true, numConditions: 1 }))],
  ["masked flow with a condition of categories", withKind(flow(2, { numConditions: 2 }))],
  ["masked flow of one column above 0", flow(1, { hasSkip: true })],
  ["masked flow, four members", { ...flow(2), numMembers: 4 }],
];

const COUNT = 40;

describe.each(cases)("%s", (_, spec) => {
  test("ONNX's operators make of it the log-density that the kernels make", () => {
    const estimator = estimatorOf(spec, 5);
    const rng = rngFromSeed(6);
    const theta = Float64Array.from({ length: COUNT * spec.parameters.length }, (_, i) => {
      const [lower, upper] = spec.parameters[i % spec.parameters.length].box;
      return Math.fround(lower + (0.1 + 0.8 * rng.uniform()) * (upper - lower));
    });
    const isKind = spec.conditions[0]?.kind === "category";
    const conditions = Float64Array.from({ length: COUNT * spec.conditions.length }, (_, i) =>
      isKind ? KINDS[i % KINDS.length] : Math.fround(rng.uniform()),
    );
    const drawn = new Float64Array(COUNT * spec.columns.length);
    const x = estimator.sample(rng, theta, COUNT, drawn, conditions).map(Math.fround);
    const part = (values: Float64Array, i: number): number[] => {
      const width = values.length / COUNT;
      return [...values.subarray(i * width, (i + 1) * width)];
    };
    const rows = Array.from({ length: COUNT }, (_, i) => [theta, conditions, x].flatMap((values) => part(values, i)));
    const ours = estimator.logProb(x, theta, conditions);
    const twin = evaluateOnnx(toOnnx(estimator), rows);
    // Both are float32 of some 1e2 operations a trial, of numbers up to 1e1.
    twin.forEach(
      (value, i) => void expect(Math.abs(value - ours[i]) / Math.max(1, Math.abs(value))).toBeLessThan(2e-5),
    );
  });
});

test("a flow of splines is refused by name", () => {
  const splines = flow(2, { transform: SPLINE });
  expect(() => toOnnx(estimatorOf(splines))).toThrow(/flow of splines has no ONNX form.*"maf"/s);
});
