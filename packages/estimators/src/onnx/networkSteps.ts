import { PoolishError } from "@poolish/core";
import type { OnnxModel, OnnxNode } from "./onnxModel.ts";
import type { OnnxTensor } from "./onnxTensor.ts";

/** y = x·W + b; W is numInputs × numOutputs, row-major. */
export interface AffineStep {
  readonly kind: "affine";
  readonly node: string;
  readonly numInputs: number;
  readonly numOutputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

export type UnaryStep = {
  readonly kind: "tanh" | "relu" | "sigmoid" | "softplus" | "exp" | "log";
  readonly node: string;
};

/** One operation on the vector that flows through the network. */
export type NetworkStep = AffineStep | UnaryStep;

/** A network as a chain of operations. */
export interface NetworkSteps {
  readonly numInputs: number;
  readonly steps: readonly NetworkStep[];
}

/** A value of the graph: a constant, or what flows from the input, after so many steps. */
type Value =
  | { readonly kind: "constant"; readonly tensor: OnnxTensor }
  | { readonly kind: "flow"; readonly width: number; readonly steps: readonly NetworkStep[] };

type Flow = Extract<Value, { kind: "flow" }>;

const UNARY: Readonly<Record<string, UnaryStep["kind"]>> = {
  Tanh: "tanh",
  Relu: "relu",
  Sigmoid: "sigmoid",
  Softplus: "softplus",
  Exp: "exp",
  Log: "log",
};

/** What leaves the numbers as they are, at inference. */
const IDENTITIES = new Set(["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast", "Dropout"]);

/** What the messages list. */
export const OPERATORS: readonly string[] = [
  ...["Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Neg", "Constant"],
  ...Object.keys(UNARY),
  ...IDENTITIES,
];

/**
 * The operations between the graph's input and its output. Nodes may stand in any order.
 * @throws PoolishError (kind file) naming the node for an operator that is not known, shapes that do not fit, a value that
 * nothing makes, and a graph that is no chain.
 */
export function networkSteps(model: OnnxModel, numInputs: number): NetworkSteps {
  const [input] = model.inputs;
  const [output] = model.outputs;
  const makers = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const values = new Map<string, Value>([[input.name, { kind: "flow", width: numInputs, steps: [] }]]);
  for (const tensor of model.constants.values()) values.set(tensor.name, { kind: "constant", tensor });
  const open = new Set<string>();
  const valueNamed = (name: string, reader: string): Value => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const maker = makers.get(name);
    if (maker === undefined) return refuseNode(reader, `nothing makes its input ${name}`);
    if (open.has(maker.name)) return refuseNode(maker.name, "its output leads back to its own input");
    open.add(maker.name);
    const value = apply(maker, (k) => valueNamed(maker.inputs[k] ?? "", maker.name));
    values.set(name, value);
    return value;
  };
  const result = valueNamed(output.name, output.name);
  if (result.kind === "flow" && result.steps.length > 0) return { numInputs, steps: result.steps };
  return refuseNode(output.name, "the output does not depend on the input");
}

function apply(node: OnnxNode, input: (k: number) => Value): Value {
  const { operator, name } = node;
  if (operator === "Constant") return { kind: "constant", tensor: constantOf(node) };
  if (IDENTITIES.has(operator)) return input(0);
  if (operator === "Gemm") return gemm(node, flowOf(node, input(0)), input);
  if (operator === "MatMul") return matMul(node, flowOf(node, input(0)), constantTensor(node, input(1)));
  if (operator === "Neg") return scaled(node, flowOf(node, input(0)), () => -1);
  if (Object.hasOwn(UNARY, operator)) return then(flowOf(node, input(0)), { kind: UNARY[operator], node: name });
  if (["Add", "Sub", "Mul", "Div"].includes(operator)) return arithmetic(node, input(0), input(1));
  return refuseNode(name, `the operator ${operator} is not known`, `Known are ${OPERATORS.join(", ")}.`);
}

function constantOf({ name, attributes }: OnnxNode): OnnxTensor {
  const [attribute] = attributes.values();
  if (attribute?.tensor !== undefined) return { ...attribute.tensor, name };
  if (attribute === undefined || attribute.numbers.length === 0) return refuseNode(name, "the constant has no numbers");
  const values = Float64Array.from(attribute.numbers);
  return { name, dims: attribute.name.endsWith("s") ? [values.length] : [], values };
}

function then({ width, steps }: Flow, step: NetworkStep): Flow {
  return { kind: "flow", width: step.kind === "affine" ? step.numOutputs : width, steps: [...steps, step] };
}

function flowOf({ name }: OnnxNode, value: Value): Flow {
  if (value.kind === "flow") return value;
  return refuseNode(name, "its first input does not depend on the network's input");
}

function constantTensor({ name }: OnnxNode, value: Value): OnnxTensor {
  if (value.kind === "constant") return value.tensor;
  return refuseNode(name, "two values that depend on the input meet", "Only chains of layers are read.");
}

/** Y = alpha A′ B′ + beta C, the primes being transpositions. */
function gemm(node: OnnxNode, flow: Flow, input: (k: number) => Value): Flow {
  const number = (name: string, absent: number): number => node.attributes.get(name)?.numbers[0] ?? absent;
  // A is one row of inputs: transposed, it would be a column.
  if (number("transA", 0) !== 0) return refuseNode(node.name, "transA = 1 does not fit a row of inputs");
  const matrix = matrixOf(node, constantTensor(node, input(1)), flow.width, number("transB", 0) !== 0);
  const [alpha, beta] = [number("alpha", 1), number("beta", 1)];
  const { numOutputs } = matrix;
  const hasBias = (node.inputs[2] ?? "") !== "";
  const c = hasBias ? vectorOf(node, constantTensor(node, input(2)), numOutputs) : new Float64Array(numOutputs);
  return then(flow, {
    kind: "affine",
    node: node.name,
    numInputs: flow.width,
    numOutputs,
    weights: matrix.weights.map((weight) => alpha * weight),
    bias: c.map((value) => beta * value),
  });
}

function matMul(node: OnnxNode, flow: Flow, tensor: OnnxTensor): Flow {
  const matrix = matrixOf(node, tensor, flow.width, false);
  const bias = new Float64Array(matrix.numOutputs);
  return then(flow, { kind: "affine", node: node.name, numInputs: flow.width, ...matrix, bias });
}

/** A matrix with as many rows as `width`, once it is transposed where that is asked for. */
function matrixOf(
  { name }: OnnxNode,
  { name: tensor, dims, values }: OnnxTensor,
  width: number,
  isTransposed: boolean,
): { readonly weights: Float64Array; readonly numOutputs: number } {
  const [rows, columns] = dims.length === 1 ? [dims[0], 1] : dims;
  const [inputs, numOutputs] = isTransposed ? [columns, rows] : [rows, columns];
  if (dims.length === 0 || dims.length > 2 || inputs !== width) {
    const shape = `[${dims}]${isTransposed ? ", transposed" : ""}`;
    return refuseNode(name, `its weights ${tensor} have shape ${shape}, and ${width} numbers flow in`);
  }
  if (!isTransposed) return { weights: values, numOutputs };
  const weights = new Float64Array(values.length);
  for (let i = 0; i < inputs; i++)
    for (let o = 0; o < numOutputs; o++) weights[i * numOutputs + o] = values[o * inputs + i];
  return { weights, numOutputs };
}

/** A vector of `width` numbers; a single number stands for all. */
function vectorOf({ name }: OnnxNode, { name: tensor, dims, values }: OnnxTensor, width: number): Float64Array {
  const isRow = dims.every((length, axis) => length === 1 || axis === dims.length - 1);
  if (values.length === 1) return new Float64Array(width).fill(values[0]);
  if (isRow && values.length === width) return values;
  return refuseNode(name, `its constant ${tensor} has shape [${dims}], and ${width} numbers flow in`);
}

/** Sums, differences, products and quotients with a constant on one side. */
function arithmetic(node: OnnxNode, a: Value, b: Value): Value {
  const isConstantFirst = a.kind === "constant";
  const flow = flowOf(node, isConstantFirst ? b : a);
  const numbers = vectorOf(node, constantTensor(node, isConstantFirst ? a : b), flow.width);
  switch (node.operator) {
    case "Add":
      return shifted(node, flow, numbers);
    case "Sub":
      if (!isConstantFirst)
        return shifted(
          node,
          flow,
          numbers.map((value) => -value),
        );
      return shifted(
        node,
        scaled(node, flow, () => -1),
        numbers,
      );
    case "Mul":
      return scaled(node, flow, (o) => numbers[o]);
    default:
      if (isConstantFirst) return refuseNode(node.name, "a constant is divided by what flows in");
      return scaled(node, flow, (o) => 1 / numbers[o]);
  }
}

function scaled({ name }: OnnxNode, flow: Flow, factor: (o: number) => number): Flow {
  const { width } = flow;
  const weights = new Float64Array(width * width);
  for (let o = 0; o < width; o++) weights[o * width + o] = factor(o);
  const bias = new Float64Array(width);
  return then(flow, { kind: "affine", node: name, numInputs: width, numOutputs: width, weights, bias });
}

function shifted(node: OnnxNode, flow: Flow, by: Float64Array): Flow {
  const last = flow.steps[flow.steps.length - 1];
  if (last?.kind !== "affine")
    return shifted(
      node,
      scaled(node, flow, () => 1),
      by,
    );
  const step = { ...last, bias: last.bias.map((value, o) => value + by[o]) };
  return { ...flow, steps: [...flow.steps.slice(0, -1), step] };
}

/** @throws PoolishError (kind file) of a node. */
export function refuseNode(
  name: string,
  message: string,
  remedy = "Look at the graph with a viewer, e.g. netron.app.",
): never {
  throw new PoolishError(`at ${name}: ${message}`, { kind: "file", field: name, remedy });
}
