import { PoolishError, real } from "@poolish/core";
import { expect, test } from "vitest";
import type { Estimator } from "../../src/estimator.ts";
import { fromOnnx } from "../../src/onnx/fromOnnx.ts";
import type { OnnxSpec } from "../../src/onnx/onnxSpec.ts";
import { toOnnx } from "../../src/onnx/toOnnx.ts";
import type { VectorFieldSpec } from "../../src/vectorField/vectorFieldSpec.ts";
import { ANGLE_SPEC, angleBytes, angleNetwork } from "../support/angleNetwork.ts";
import { exampleEstimator } from "../support/exampleEstimator.ts";
import { onnxFile, type TestGraph, type TestNode, type TestTensor } from "../support/onnxFile.ts";

const SPEC: OnnxSpec = {
  parameters: [{ name: "m", support: real, box: [-1, 1] }],
  columns: [{ name: "y", kind: "continuous" }],
};
const W: TestTensor = { name: "w", dims: [2, 1], values: [1, 2] };
const FIRST: TestNode = { operator: "MatMul", inputs: ["x", "w"], output: "out", name: "first layer" };
const GRAPH: TestGraph = { inputDims: [1, 2], nodes: [FIRST], constants: [W], output: "out" };
const then = (operator: string, inputs: string[] = ["out"]): TestGraph => {
  const next: TestNode = { operator, inputs, output: "end", name: "second" };
  return { ...GRAPH, nodes: [FIRST, next], output: "end" };
};
const readGraph =
  (graph: TestGraph, spec: OnnxSpec = SPEC) =>
  () =>
    fromOnnx(onnxFile(graph), spec, { onWarning: () => {} });
const readBytes = (bytes: Uint8Array) => () => fromOnnx(bytes, ANGLE_SPEC, { onWarning: () => {} });

/** The estimator with a vector field in place of its density. */
function vectorFieldOf({ spec, weights }: Estimator): Pick<Estimator, "spec" | "weights"> {
  const density: VectorFieldSpec = {
    kind: "vector-field",
    columns: [],
    numFeatures: spec.features.length,
    numConditions: 0,
    path: "flow-matching",
    rowHidden: [],
    numSummaries: 0,
    hidden: [4],
    activation: "silu",
    numSteps: 1,
    gridError: 0,
  };
  return { spec: { ...spec, columns: [{ name: "y", kind: "continuous" }], density }, weights };
}

const cut = angleBytes().slice(0, 20_000);
const cases: readonly (readonly [what: string, run: () => unknown, field: string, message: RegExp])[] = [
  [
    "a file that is cut off",
    readBytes(cut),
    "ONNX model",
    /cut off: \d+ bytes are announced, \d+ are there .*byte \d+/,
  ],
  [
    "a length below 0",
    readBytes(Uint8Array.of(0x3a, 0xf5, ...new Uint8Array(8).fill(0xff), 1)),
    "ONNX model",
    /-11 bytes are announced/,
  ],
  ["an empty file", readBytes(new Uint8Array(0)), "ONNX model", /the 0 bytes are no ONNX model/],
  ["a text file", readBytes(new TextEncoder().encode("hello")), "ONNX model", /no protobuf|cut off/],
  ["an unknown operator", readGraph(then("Conv")), "second", /the operator Conv is not known/],
  ["an operator of another domain's name", readGraph(then("Elu")), "second", /at second: the operator Elu/],
  ["an exponential alone", readGraph(then("Exp")), "second", /exp is read as a part of log/],
  ["two flows that meet", readGraph(then("Add", ["out", "out"])), "second", /two values that depend on the input meet/],
  ["an input that nothing makes", readGraph(then("Tanh", ["ghost"])), "second", /nothing makes its input ghost/],
  ["a circle", readGraph(then("Tanh", ["end"])), "second", /its output leads back to its own input/],
  [
    "weights of a wrong shape",
    readGraph({ ...GRAPH, constants: [{ ...W, dims: [1, 2] }] }),
    "first layer",
    /its weights w have shape \[1,2\], and 2 numbers flow in/,
  ],
  [
    "a tensor that does not fill its shape",
    readGraph({ ...GRAPH, constants: [{ ...W, dims: [2, 3] }] }),
    "w",
    /it holds 2 numbers, its shape \[2,3\] has 6 \(byte \d+\)/,
  ],
  [
    "weights in another file",
    readGraph({ ...GRAPH, constants: [{ ...W, storage: "external" }] }),
    "w",
    /its numbers are in another file/,
  ],
  [
    "more than one output",
    readGraph({ ...GRAPH, constants: [{ name: "w", dims: [2, 2], values: [1, 2, 3, 4] }] }),
    "first layer",
    /the network has 2 outputs/,
  ],
  [
    "a network of another width",
    readGraph({ ...GRAPH, inputDims: [1, 5] }),
    "x",
    /takes 5 numbers a trial, the specification names 2/,
  ],
  [
    "a transposed input",
    readGraph({ ...GRAPH, nodes: [{ ...FIRST, operator: "Gemm", attributes: { transA: 1 } }] }),
    "first layer",
    /transA = 1/,
  ],
  [
    "a bound that is no parameter",
    readGraph(GRAPH, { ...SPEC, columns: [{ name: "y", kind: "continuous", bounds: { lower: "t" } }] }),
    "y",
    /its bound t is no parameter/,
  ],
  [
    "a category without values",
    readGraph(GRAPH, { ...SPEC, columns: [{ name: "y", kind: "category" }] }),
    "y",
    /values are not stated/,
  ],
  [
    "an empty box",
    readGraph(GRAPH, { ...SPEC, parameters: [{ name: "m", support: real, box: [1, 1] }] }),
    "m",
    /the box \[1, 1\] is empty/,
  ],
  ["counts, which have no ONNX form", () => toOnnx(exampleEstimator()), "chips", /masses of counts/],
  [
    "a vector field, which has none",
    () => toOnnx(vectorFieldOf(exampleEstimator())),
    "density",
    /of kind vector-field/,
  ],
];

test.each(cases)("refuses %s", (_, run, field, message) => {
  let caught: unknown;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(PoolishError);
  if (!(caught instanceof PoolishError)) return;
  expect(caught.field).toBe(field);
  expect(caught.message).toMatch(message);
  expect(caught.remedy).toBeTruthy();
});

test("names the category that the network was not trained with, and its row", () => {
  const bind = () => angleNetwork().bind({ rt: [1, 1], response: [1, 0] }, Int32Array.of(0, 0), 1);
  expect(bind).toThrow(/0 is not one of the categories .*: -1, 1 \(row 1/);
});
