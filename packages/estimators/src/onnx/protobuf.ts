import { PoolishError } from "@poolish/core";

/** One field of a protobuf message, where it stands in the file. */
export interface ProtoField {
  readonly number: number;
  /** The wire type: 0 varint, 1 eight bytes, 2 a block of bytes, 5 four bytes. */
  readonly wire: 0 | 1 | 2 | 5;
  /** Of a varint; 0 for other fields. */
  readonly integer: number;
  /** All but varints. */
  readonly bytes: Uint8Array;
  /** Byte of the file at which the field begins. */
  readonly position: number;
}

/** Bytes of a message, and where in the file they begin: for messages to the user. */
export interface ProtoBytes {
  readonly bytes: Uint8Array;
  readonly position: number;
}

const NOTHING = new Uint8Array(0);

/**
 * The fields of a protobuf message in order (protobuf.dev/programming-guides/encoding). `what` names the message.
 * @throws PoolishError (kind file) with the byte at which the message is cut off or broken.
 */
export function readFields({ bytes, position: base }: ProtoBytes, what: string): ProtoField[] {
  const fields: ProtoField[] = [];
  let at = 0;
  const fail = (from: number, message: string): never => refuseBytes(what, base + from, message);
  const take = (length: number, from: number): Uint8Array => {
    // Lengths are unsigned: one that is read as negative would lead back.
    if (length < 0 || at + length > bytes.length) {
      fail(from, `it is cut off: ${length} bytes are announced, ${bytes.length - at} are there`);
    }
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varint = (from: number): number => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) fail(from, "it is cut off in the middle of a number");
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
    return fail(from, "a number has more than 64 bits");
  };
  while (at < bytes.length) {
    const from = at;
    const key = varint(from);
    const [number, wire] = [Math.floor(key / 8), key & 7];
    if (number < 1) fail(from, "this is no protobuf");
    const position = base + from;
    if (wire === 0) fields.push({ number, wire, integer: varint(from), bytes: NOTHING, position });
    else if (wire === 1) fields.push({ number, wire, integer: 0, bytes: take(8, from), position });
    else if (wire === 5) fields.push({ number, wire, integer: 0, bytes: take(4, from), position });
    else if (wire === 2) fields.push({ number, wire, integer: 0, bytes: take(varint(from), from), position });
    else fail(from, `this is no protobuf: there is no wire type ${wire}`);
  }
  return fields;
}

/** The contents of a block field, with its place in the file. */
export function blockOf({ bytes, position }: ProtoField): ProtoBytes {
  return { bytes, position };
}

/** A text field. */
export function textOf({ bytes }: ProtoField): string {
  return new TextDecoder().decode(bytes);
}

/** The integers of a repeated field, packed or not. */
export function integersOf(fields: readonly ProtoField[], what: string): number[] {
  return fields.flatMap((field) => {
    return field.wire === 0 ? [field.integer] : packedVarints(field, what);
  });
}

/** Varints one after another. */
function packedVarints({ bytes, position }: ProtoField, what: string): number[] {
  const numbers: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte >= 128) continue;
    numbers.push(Number(BigInt.asIntN(64, value)));
    value = 0n;
    shift = 0n;
  }
  if (shift > 0n) refuseBytes(what, position, "it is cut off in the middle of a number");
  return numbers;
}

function refuseBytes(what: string, byte: number, message: string): never {
  throw new PoolishError(`${message} (${what}, byte ${byte})`, {
    kind: "file",
    field: what,
    remedy: "Pass the whole file of an ONNX model, as it was written.",
  });
}
