import { PoolishError } from "@poolish/core";
import { blockOf, integersOf, type ProtoBytes, type ProtoField, readFields, textOf } from "./protobuf.ts";

/** A constant of a graph: its numbers as float64, row-major. */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float64Array;
}

/** TensorProto.DataType of the numbers that are read (onnx.proto). */
const TYPES: Readonly<Record<number, { readonly name: string; readonly bytes: number }>> = {
  1: { name: "float", bytes: 4 },
  6: { name: "int32", bytes: 4 },
  7: { name: "int64", bytes: 8 },
  10: { name: "float16", bytes: 2 },
  11: { name: "double", bytes: 8 },
  16: { name: "bfloat16", bytes: 2 },
};

/** Fields of TensorProto. */
const FIELD = { dims: 1, type: 2, float: 4, int32: 5, int64: 7, name: 8, raw: 9, double: 10, location: 14 };

/** @throws PoolishError (kind file) naming the tensor for types that are not read, and for numbers that do not fill its shape. */
export function readTensor(source: ProtoBytes, what: string): OnnxTensor {
  const fields = readFields(source, what);
  const of = (number: number): ProtoField[] => fields.filter((field) => field.number === number);
  const [named] = of(FIELD.name);
  const name = named === undefined ? what : textOf(named);
  const dims = integersOf(of(FIELD.dims), name);
  const code = of(FIELD.type)[0]?.integer ?? 0;
  const type = TYPES[code];
  if (type === undefined) return refuseTensor(name, source.position, `its numbers are of type ${code}`);
  if ((of(FIELD.location)[0]?.integer ?? 0) !== 0) {
    return refuseTensor(name, source.position, "its numbers are in another file");
  }
  const [raw] = of(FIELD.raw);
  const values =
    raw === undefined
      ? listedValues(type.name, of, name)
      : rawValues(type, blockOf(raw), (message) => refuseTensor(name, raw.position, message));
  const size = dims.reduce((product, length) => product * length, 1);
  if (values.length === size && dims.every((length) => length >= 0)) return { name, dims, values };
  return refuseTensor(name, source.position, `it holds ${values.length} numbers, its shape [${dims}] has ${size}`);
}

function refuseTensor(name: string, byte: number, message: string): never {
  throw new PoolishError(`the tensor ${name} cannot be read: ${message} (byte ${byte})`, {
    kind: "file",
    field: name,
    remedy: "Export the model with float32 weights inside of one file.",
  });
}

function rawValues(
  { name, bytes: width }: { readonly name: string; readonly bytes: number },
  { bytes }: ProtoBytes,
  fail: (message: string) => never,
): Float64Array {
  if (bytes.length % width !== 0) fail(`${bytes.length} bytes are no whole number of ${name}s`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / width }, (_, i) => numberAt(view, name, i * width));
}

function numberAt(view: DataView, type: string, at: number): number {
  switch (type) {
    case "float":
      return view.getFloat32(at, true);
    case "double":
      return view.getFloat64(at, true);
    case "int32":
      return view.getInt32(at, true);
    case "int64":
      return Number(view.getBigInt64(at, true));
    case "bfloat16":
      return fromBfloat16(view.getUint16(at, true));
    default:
      return fromFloat16(view.getUint16(at, true));
  }
}

/** Numbers in the typed lists of a TensorProto; halves are in the list of int32, by their bits. */
function listedValues(type: string, of: (number: number) => ProtoField[], what: string): Float64Array {
  if (type === "float") return packedNumbers(of(FIELD.float), "float", 4);
  if (type === "double") return packedNumbers(of(FIELD.double), "double", 8);
  if (type === "int64") return Float64Array.from(integersOf(of(FIELD.int64), what));
  const integers = integersOf(of(FIELD.int32), what);
  if (type === "int32") return Float64Array.from(integers);
  return Float64Array.from(integers, type === "float16" ? fromFloat16 : fromBfloat16);
}

function packedNumbers(fields: readonly ProtoField[], type: string, width: number): Float64Array {
  const numbers = fields.flatMap(({ bytes }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: Math.floor(bytes.length / width) }, (_, i) => numberAt(view, type, i * width));
  });
  return Float64Array.from(numbers);
}

/** IEEE 754 binary16. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The upper half of a binary32. */
function fromBfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}
