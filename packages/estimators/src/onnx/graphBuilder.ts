import { type ProtoWriter, protoWriter } from "./writeProtobuf.ts";

/** A value of the graph that is being written, by name. */
export type GraphValue = string;

/** Numbers as constants: one for all, or a vector that goes along the columns. */
type Numbers = number | ArrayLike<number>;

/** Writes nodes one after another; each call returns the name of what the node makes. Values have one row a trial. */
export interface GraphBuilder {
  constant(values: Numbers, dims?: readonly number[]): GraphValue;
  /** Whole numbers, for indices and axes. */
  indices(values: readonly number[]): GraphValue;
  node(operator: string, inputs: readonly GraphValue[], attributes?: Readonly<Record<string, Attribute>>): GraphValue;
  add(a: GraphValue, b: GraphValue | number): GraphValue;
  sub(a: GraphValue, b: GraphValue | number): GraphValue;
  mul(a: GraphValue, b: GraphValue | number): GraphValue;
  div(a: GraphValue, b: GraphValue | number): GraphValue;
  /** Columns `first` to `first + count` of a matrix. */
  columns(a: GraphValue, first: number, count: number): GraphValue;
  concat(parts: readonly GraphValue[]): GraphValue;
  /** Sums, or log Σ exp, of each row; one column is left. */
  reduce(operator: "ReduceSum" | "ReduceLogSumExp", a: GraphValue): GraphValue;
  /** The whole model: its input has `numInputs` columns, its output one. */
  finish(numInputs: number, output: GraphValue): Uint8Array;
}

/** An attribute: a whole number, or a float, or several whole numbers. */
export type Attribute =
  | { readonly integer: number }
  | { readonly float: number }
  | { readonly integers: readonly number[] };

/** The input's name. */
export const GRAPH_INPUT: GraphValue = "x";
const GRAPH_OUTPUT = "log_density";
/** Operators as they were in this version; ReduceLogSumExp takes its axes as an attribute. */
const OPSET = 17;
const IR_VERSION = 8;
const FLOAT = 1;
const INT64 = 7;

export function graphBuilder(): GraphBuilder {
  const nodes: ProtoWriter[] = [];
  const constants: ProtoWriter[] = [];
  const named = (prefix: string, count: number): string => `${prefix}_${count}`;
  const operand = (value: GraphValue | number): GraphValue =>
    typeof value === "number" ? builder.constant(value) : value;
  const binary = (operator: string) => (a: GraphValue, b: GraphValue | number) =>
    builder.node(operator, [a, operand(b)]);
  const builder: GraphBuilder = {
    constant(values, dims) {
      const numbers = typeof values === "number" ? Float32Array.of(values) : Float32Array.from(values);
      const name = named("constant", constants.length);
      constants.push(tensor(name, dims ?? (typeof values === "number" ? [] : [numbers.length]), FLOAT, numbers));
      return name;
    },
    indices(values) {
      const name = named("constant", constants.length);
      constants.push(tensor(name, [values.length], INT64, BigInt64Array.from(values, BigInt)));
      return name;
    },
    node(operator, inputs, attributes = {}) {
      const output = named(operator, nodes.length);
      const writer = protoWriter();
      for (const input of inputs) writer.text(1, input);
      writer.text(2, output).text(3, output).text(4, operator);
      for (const [name, attribute] of Object.entries(attributes)) writer.block(5, attributeMessage(name, attribute));
      nodes.push(writer);
      return output;
    },
    add: binary("Add"),
    sub: binary("Sub"),
    mul: binary("Mul"),
    div: binary("Div"),
    columns(a, first, count) {
      const [start, end, axis] = [[first], [first + count], [1]].map(builder.indices);
      return builder.node("Slice", [a, start, end, axis]);
    },
    concat: (parts) => (parts.length === 1 ? parts[0] : builder.node("Concat", parts, { axis: { integer: 1 } })),
    reduce(operator, a) {
      const keepdims = { integer: 1 };
      if (operator === "ReduceLogSumExp") return builder.node(operator, [a], { axes: { integers: [1] }, keepdims });
      return builder.node(operator, [a, builder.indices([1])], { keepdims });
    },
    finish(numInputs, output) {
      const last = protoWriter().text(1, output).text(2, GRAPH_OUTPUT).text(3, GRAPH_OUTPUT).text(4, "Identity");
      const graph = protoWriter();
      for (const node of [...nodes, last]) graph.block(1, node);
      graph.text(2, "log-density");
      for (const constant of constants) graph.block(5, constant);
      graph.block(11, port(GRAPH_INPUT, numInputs)).block(12, port(GRAPH_OUTPUT, 1));
      return protoWriter()
        .integer(1, IR_VERSION)
        .text(2, "Poolish")
        .block(7, graph)
        .block(8, protoWriter().text(1, "").integer(2, OPSET))
        .bytes();
    },
  };
  return builder;
}

function tensor(
  name: string,
  dims: readonly number[],
  type: number,
  values: Float32Array | BigInt64Array,
): ProtoWriter {
  const writer = protoWriter();
  for (const length of dims) writer.integer(1, length);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return writer.integer(2, type).text(8, name).block(9, bytes);
}

/** AttributeProto: name 1, float 2, integer 3, integers 8, type 20 (1 float, 2 integer, 7 integers). */
function attributeMessage(name: string, attribute: Attribute): ProtoWriter {
  const writer = protoWriter().text(1, name);
  if ("float" in attribute) return writer.float(2, attribute.float).integer(20, 1);
  if ("integer" in attribute) return writer.integer(3, attribute.integer).integer(20, 2);
  for (const value of attribute.integers) writer.integer(8, value);
  return writer.integer(20, 7);
}

/** A matrix of floats with any number of rows. */
function port(name: string, numColumns: number): ProtoWriter {
  const shape = protoWriter().block(1, protoWriter().text(2, "trials")).block(1, protoWriter().integer(1, numColumns));
  const type = protoWriter().block(1, protoWriter().integer(1, FLOAT).block(2, shape));
  return protoWriter().text(1, name).block(2, type);
}
