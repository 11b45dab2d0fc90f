/** Builds the bytes of one protobuf message, field by field. */
export interface ProtoWriter {
  integer(field: number, value: number): ProtoWriter;
  float(field: number, value: number): ProtoWriter;
  text(field: number, value: string): ProtoWriter;
  block(field: number, value: Uint8Array | ProtoWriter): ProtoWriter;
  bytes(): Uint8Array;
}

/** The varint of a whole number; negative ones take ten bytes, as int64 has them. */
function varint(value: number): number[] {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...out, Number(rest)];
}

export function protoWriter(): ProtoWriter {
  const parts: Uint8Array[] = [];
  const push = (numbers: readonly number[]): void => void parts.push(Uint8Array.from(numbers));
  const writer: ProtoWriter = {
    integer(field, value) {
      push([...varint(field * 8), ...varint(value)]);
      return writer;
    },
    float(field, value) {
      push(varint(field * 8 + 5));
      parts.push(new Uint8Array(Float32Array.of(value).buffer));
      return writer;
    },
    text: (field, value) => writer.block(field, new TextEncoder().encode(value)),
    block(field, value) {
      const bytes = value instanceof Uint8Array ? value : value.bytes();
      push([...varint(field * 8 + 2), ...varint(bytes.length)]);
      parts.push(bytes);
      return writer;
    },
    bytes() {
      const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
  };
  return writer;
}
