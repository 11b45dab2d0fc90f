import { PoolishError } from "@poolish/core";
import { type OnnxTensor, readTensor } from "./onnxTensor.ts";
import { blockOf, integersOf, type ProtoField, readFields, textOf } from "./protobuf.ts";

export interface OnnxAttribute {
  readonly name: string;
  /** Of whatever kind the attribute is: one number, several, or those of a tensor. */
  readonly numbers: readonly number[];
  readonly tensor?: OnnxTensor;
}

export interface OnnxNode {
  /** Its name, or "Gemm 3" (operator and place) where it has none. */
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** An input or output of a graph: dimensions that are not fixed are undefined. */
export interface OnnxPort {
  readonly name: string;
  readonly dims: readonly (number | undefined)[];
}

/** What is read of an ONNX file. */
export interface OnnxModel {
  readonly producer: string;
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** Inputs that are no constants. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

/** Fields of the messages of onnx.proto. */
const MODEL = { producer: 2, producerVersion: 3, graph: 7, opset: 8 };
const GRAPH = { node: 1, constant: 5, input: 11, output: 12, sparse: 15 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, float: 2, integer: 3, tensor: 5, floats: 7, integers: 8 };

/** @throws PoolishError (kind file) with the byte, or the node or tensor, that is wrong. */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const fields = readFields({ bytes, position: 0 }, "ONNX model");
  const [graph] = fields.filter(({ number, wire }) => number === MODEL.graph && wire === 2);
  if (graph === undefined) {
    throw new PoolishError(`the ${bytes.length} bytes are no ONNX model: they hold no graph`, {
      kind: "file",
      field: "ONNX model",
      remedy: "Pass the bytes of a .onnx file.",
    });
  }
  const text = (number: number): string => fields.filter((field) => field.number === number).map(textOf)[0] ?? "";
  const parts = readFields(blockOf(graph), "ONNX graph");
  const of = (number: number): ProtoField[] => parts.filter((field) => field.number === number);
  const constants = new Map(
    of(GRAPH.constant).map((field, k) => {
      const tensor = readTensor(blockOf(field), `initialiser ${k + 1}`);
      return [tensor.name, tensor];
    }),
  );
  return {
    producer: [text(MODEL.producer), text(MODEL.producerVersion)].filter((word) => word !== "").join(" ") || "unknown",
    opset: opsetOf(fields),
    nodes: of(GRAPH.node).map(readNode),
    constants,
    // Before IR version 4, initialisers are listed among the inputs.
    inputs: of(GRAPH.input)
      .map(readPort)
      .filter(({ name }) => !constants.has(name)),
    outputs: of(GRAPH.output).map(readPort),
  };
}

/** The version of the default operators. */
function opsetOf(fields: readonly ProtoField[]): number {
  const sets = fields
    .filter(({ number }) => number === MODEL.opset)
    .map((field) => readFields(blockOf(field), "opset"));
  const own = sets.find((set) => set.every(({ number, bytes }) => number !== 1 || bytes.length === 0));
  return own?.find(({ number }) => number === 2)?.integer ?? 1;
}

function readNode(field: ProtoField, place: number): OnnxNode {
  const fields = readFields(blockOf(field), `node ${place + 1}`);
  const texts = (number: number): string[] => fields.filter((part) => part.number === number).map(textOf);
  const [operator = ""] = texts(NODE.operator);
  const [domain = ""] = texts(NODE.domain);
  const name = texts(NODE.name)[0] || `${operator || "node"} ${place + 1}`;
  const attributes = fields.filter(({ number }) => number === NODE.attribute).map((part) => readAttribute(part, name));
  return {
    name,
    operator: domain === "" || domain === "ai.onnx" ? operator : `${domain}.${operator}`,
    inputs: texts(NODE.input),
    outputs: texts(NODE.output),
    attributes: new Map(attributes.map((attribute) => [attribute.name, attribute])),
  };
}

function readAttribute(field: ProtoField, node: string): OnnxAttribute {
  const fields = readFields(blockOf(field), `attribute of ${node}`);
  const of = (number: number): ProtoField[] => fields.filter((part) => part.number === number);
  const name = of(ATTRIBUTE.name).map(textOf)[0] ?? "";
  const [tensor] = of(ATTRIBUTE.tensor).map((part) => readTensor(blockOf(part), `${node}.${name}`));
  if (tensor !== undefined) return { name, numbers: Array.from(tensor.values), tensor };
  const floats = [...of(ATTRIBUTE.float), ...of(ATTRIBUTE.floats)].flatMap(floatsOf);
  const integers = integersOf([...of(ATTRIBUTE.integer), ...of(ATTRIBUTE.integers)], node);
  return { name, numbers: [...floats, ...integers] };
}

function floatsOf({ bytes }: ProtoField): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}

/** ValueInfoProto: name 1, type 2; TypeProto: tensor 1; its shape 2; dimensions 1, each a number 1 or a name 2. */
function readPort(field: ProtoField): OnnxPort {
  const parts = readFields(blockOf(field), "ONNX input or output");
  const name = parts.filter(({ number }) => number === 1).map(textOf)[0] ?? "";
  const inside = (fields: readonly ProtoField[], number: number): ProtoField[] =>
    fields
      .filter((part) => part.number === number && part.wire === 2)
      .flatMap((part) => readFields(blockOf(part), `type of ${name}`));
  const dimensions = inside(inside(inside(parts, 2), 1), 2).filter(({ number }) => number === 1);
  const dims = dimensions.map((dimension) => {
    return readFields(blockOf(dimension), `shape of ${name}`).find(({ number }) => number === 1)?.integer;
  });
  return { name, dims };
}
