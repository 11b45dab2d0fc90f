import { real } from "@poolish/core";
import { expect, test } from "vitest";
import { fromOnnx } from "../../src/onnx/fromOnnx.ts";
import { onnxFile, type TestGraph, type TestNode, type TestTensor } from "../support/onnxFile.ts";

// One parameter and one unbounded column, two hidden units: log-densities can be written down by hand.
const SPEC = {
  parameters: [{ name: "m", support: real, box: [-1, 1] }],
  columns: [{ name: "y", kind: "continuous" }],
} as const;
const W1 = [0.5, -0.25, 0.75, 1.5];
const B1 = [0.125, -0.5];
const W2 = [1.25, -2];
const B2 = [0.375];

const tensor = (name: string, dims: number[], values: number[], storage?: TestTensor["storage"]): TestTensor => ({
  ...{ name, dims, values },
  ...(storage && { storage }),
});
const node = (operator: string, inputs: string[], output: string, rest: Partial<TestNode> = {}): TestNode => ({
  ...{ operator, inputs, output },
  ...rest,
});

const constants = [tensor("w1", [2, 2], W1), tensor("b1", [2], B1), tensor("w2", [2, 1], W2), tensor("b2", [1], B2)];
const chain = (activation: string): TestGraph => ({
  inputDims: [1, 2],
  constants,
  nodes: [node("Gemm", ["x", "w1", "b1"], "h"), node(activation, ["h"], "a"), node("Gemm", ["a", "w2", "b2"], "out")],
  output: "out",
});

function evaluate(graph: TestGraph, m: number, y: number): number {
  return fromOnnx(onnxFile(graph), SPEC, { onWarning: () => {} }).logProb([y], [m])[0];
}

function byHand(f: (z: number) => number, m: number, y: number): number {
  const hidden = [0, 1].map((o) => f(m * W1[o] + y * W1[2 + o] + B1[o]));
  return hidden[0] * W2[0] + hidden[1] * W2[1] + B2[0];
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const softplus = (z: number): number => Math.log1p(Math.exp(z));
const POINTS = [
  [0.3, 0.7],
  [-0.9, 1.6],
  [0.5, -2],
] as const;

function expectTwin(graph: TestGraph, twin: (m: number, y: number) => number): void {
  for (const [m, y] of POINTS) expect(Math.abs(evaluate(graph, m, y) - twin(m, y))).toBeLessThan(2e-6);
}

test.each([
  ["Tanh", Math.tanh],
  ["Relu", (z: number) => Math.max(0, z)],
  ["Sigmoid", sigmoid],
  ["Softplus", softplus],
] as const)("reads %s", (activation, f) => {
  expectTwin(chain(activation), (m, y) => byHand(f, m, y));
});

const tanhTwin = (m: number, y: number): number => byHand(Math.tanh, m, y);

test("reads Gemm with transB, alpha and beta", () => {
  const transposed = [W1[0], W1[2], W1[1], W1[3]];
  const first = node("Gemm", ["x", "w1", "b1"], "h", { attributes: { transB: 1, alpha: 0.5, beta: 0.25 } });
  const graph = chain("Tanh");
  const doubled = tensor(
    "w1",
    [2, 2],
    transposed.map((value) => 2 * value),
  );
  const quadrupled = tensor(
    "b1",
    [2],
    B1.map((value) => 4 * value),
  );
  expectTwin(
    { ...graph, nodes: [first, ...graph.nodes.slice(1)], constants: [doubled, quadrupled, ...constants.slice(2)] },
    tanhTwin,
  );
});

test("reads MatMul and Add in any order of nodes and initialisers, through Identity and Constant", () => {
  const nodes = [
    node("Add", ["n", "b2"], "out"),
    node("MatMul", ["a", "v2"], "n"),
    node("Tanh", ["h"], "a"),
    node("Add", ["b1", "g"], "h"),
    node("Identity", ["w2"], "v2"),
    node("MatMul", ["x", "w1"], "g"),
    node("Constant", [], "b1", { value: tensor("", [1, 2], B1) }),
  ];
  const [w1, , w2, b2] = constants;
  expectTwin({ inputDims: [2], nodes, constants: [b2, w2, w1], output: "out" }, tanhTwin);
});

test.each(["list", "double", "float16"] as const)("reads weights stored as %s", (storage) => {
  expectTwin({ ...chain("Tanh"), constants: constants.map((each) => ({ ...each, storage })) }, tanhTwin);
});

test("reads the logarithm of a sigmoid as Neg, Exp, Add 1, Log, Neg, and as Sigmoid, Log", () => {
  const graph = chain("Tanh");
  const one = node("Constant", [], "one", { value: tensor("", [], [1]) });
  const tail = [
    node("Neg", ["out"], "n"),
    node("Exp", ["n"], "e"),
    one,
    node("Add", ["e", "one"], "s"),
    node("Log", ["s"], "l"),
    node("Neg", ["l"], "end"),
  ];
  const twin = (m: number, y: number): number => -softplus(-tanhTwin(m, y));
  expectTwin({ ...graph, nodes: [...graph.nodes, ...tail], output: "end" }, twin);
  const short = [node("Sigmoid", ["out"], "s"), node("Log", ["s"], "end")];
  expectTwin({ ...graph, nodes: [...graph.nodes, ...short], output: "end" }, twin);
});

test("reads arithmetic with constants: inputs that are standardised in the graph", () => {
  const graph = chain("Tanh");
  const standardised = [
    node("Sub", ["x", "mean"], "c"),
    node("Div", ["c", "sd"], "z"),
    node("Gemm", ["z", "w1", "b1"], "h"),
    ...graph.nodes.slice(1),
  ];
  const more = [tensor("mean", [1, 2], [0.25, -1]), tensor("sd", [2], [2, 4])];
  const twin = (m: number, y: number): number => tanhTwin((m - 0.25) / 2, (y + 1) / 4);
  expectTwin({ ...graph, nodes: standardised, constants: [...constants, ...more] }, twin);
});
