import { type ProtoWriter, protoWriter } from "../../src/onnx/writeProtobuf.ts";

/** How the numbers of a tensor are stored. */
export type TensorStorage = "raw" | "list" | "double" | "float16" | "external";

export interface TestTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: readonly number[];
  readonly storage?: TensorStorage;
}

export interface TestNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly name?: string;
  /** Whole numbers are written as integers, others as floats. */
  readonly attributes?: Readonly<Record<string, number>>;
  /** Of a Constant. */
  readonly value?: TestTensor;
}

export interface TestGraph {
  readonly inputDims: readonly (number | string)[];
  readonly nodes: readonly TestNode[];
  readonly constants: readonly TestTensor[];
  readonly output: string;
}

/** An ONNX file as other programs write it; its input is called "x". */
export function onnxFile({ inputDims, nodes, constants, output }: TestGraph): Uint8Array {
  const graph = protoWriter();
  for (const node of nodes) graph.block(1, nodeMessage(node));
  for (const constant of constants) graph.block(5, tensorMessage(constant));
  graph.block(11, portMessage("x", inputDims)).block(12, portMessage(output, [1, 1]));
  return protoWriter()
    .integer(1, 8)
    .text(2, "test")
    .block(7, graph)
    .block(8, protoWriter().text(1, "").integer(2, 13))
    .bytes();
}

function nodeMessage({ operator, inputs, output, name, attributes = {}, value }: TestNode): ProtoWriter {
  const writer = protoWriter();
  for (const input of inputs) writer.text(1, input);
  writer.text(2, output);
  if (name !== undefined) writer.text(3, name);
  writer.text(4, operator);
  for (const [key, number] of Object.entries(attributes)) {
    const attribute = protoWriter().text(1, key);
    writer.block(5, Number.isInteger(number) ? attribute.integer(3, number) : attribute.float(2, number));
  }
  if (value !== undefined) writer.block(5, protoWriter().text(1, "value").block(5, tensorMessage(value)));
  return writer;
}

function tensorMessage({ name, dims, values, storage = "raw" }: TestTensor): ProtoWriter {
  const writer = protoWriter();
  for (const length of dims) writer.integer(1, length);
  const type = { raw: 1, list: 1, external: 1, double: 11, float16: 10 }[storage];
  writer.integer(2, type).text(8, name);
  if (storage === "list") return writer.block(4, new Uint8Array(Float32Array.from(values).buffer));
  if (storage === "double") return writer.block(9, new Uint8Array(Float64Array.from(values).buffer));
  if (storage === "float16") return writer.block(9, new Uint8Array(Uint16Array.from(values, float16Bits).buffer));
  if (storage === "external") return writer.integer(14, 1);
  return writer.block(9, new Uint8Array(Float32Array.from(values).buffer));
}

/** Of numbers that have such a form exactly: small multiples of 1/64. */
function float16Bits(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = (Math.abs(value) / 2 ** exponent - 1) * 1024;
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | fraction;
}

function portMessage(name: string, dims: readonly (number | string)[]): ProtoWriter {
  const shape = protoWriter();
  for (const dim of dims) {
    shape.block(1, typeof dim === "number" ? protoWriter().integer(1, dim) : protoWriter().text(2, dim));
  }
  const type = protoWriter().block(1, protoWriter().integer(1, 1).block(2, shape));
  return protoWriter().text(1, name).block(2, type);
}
