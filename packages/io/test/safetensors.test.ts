import { PoolishError } from "@poolish/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSafetensors, encodeSafetensors, type Safetensors, type Tensor } from "../src/index.ts";
import { expectError } from "./expectError.ts";

const small: Safetensors = {
  tensors: {
    "weights.0": { dtype: "F32", shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, Number.NaN) },
    bias: { dtype: "F64", shape: [2], values: Float64Array.of(0.1, -Infinity) },
    index: { dtype: "I32", shape: [], values: Int32Array.of(-7) },
    none: { dtype: "F64", shape: [0, 4], values: new Float64Array(0) },
  },
  metadata: { format: "poolish-estimator", spec: '{"µ":1}' },
};

/** A file with this header (any JSON value) and so many bytes of data. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

test("the layout is that of the specification, with aligned data", () => {
  const bytes = encodeSafetensors(small);
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(headerBytes % 8).toBe(0);
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes));
  expect(text.trimEnd()).toBe(
    '{"__metadata__":{"format":"poolish-estimator","spec":"{\\"µ\\":1}"},' +
      '"bias":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},' +
      '"none":{"dtype":"F64","shape":[0,4],"data_offsets":[16,16]},' +
      '"index":{"dtype":"I32","shape":[],"data_offsets":[16,20]},' +
      '"weights.0":{"dtype":"F32","shape":[2,3],"data_offsets":[20,44]}}',
  );
  expect(bytes.length).toBe(8 + headerBytes + 44);
  expect(new DataView(bytes.buffer).getFloat64(8 + headerBytes, true)).toBe(0.1);
});

test("the bytes do not depend on the order of keys", () => {
  const reversed = {
    tensors: Object.fromEntries(Object.entries(small.tensors).reverse()),
    metadata: Object.fromEntries(Object.entries(small.metadata).reverse()),
  };
  expect(encodeSafetensors(reversed)).toEqual(encodeSafetensors(small));
});

test("values are copied: unaligned bytes are read, later writes are not seen", () => {
  const bytes = encodeSafetensors(small);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const decoded = decodeSafetensors(shifted.subarray(3));
  shifted.fill(0);
  expect(decoded).toEqual(small);
});

test("law: decoding undoes encoding", () => {
  const name = fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__");
  const shape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
  const tensor = fc.tuple(fc.constantFrom("F32", "F64", "I32"), shape, fc.infiniteStream(fc.double())).map(toTensor);
  const contents = fc.record({
    tensors: fc.dictionary(name, tensor),
    metadata: fc.dictionary(fc.string({ unit: "grapheme" }), fc.string()),
  });
  fc.assert(
    fc.property(contents, ({ tensors, metadata }) => {
      const original = { tensors: { ...tensors }, metadata: { ...metadata } };
      expect(decodeSafetensors(encodeSafetensors(original))).toEqual(original);
    }),
    { seed: 1 },
  );
});

function toTensor([dtype, shape, stream]: [string, number[], fc.Stream<number>]): Tensor {
  const numbers = [...stream.take(shape.reduce((size, length) => size * length, 1))];
  if (dtype === "F32") return { dtype, shape, values: Float32Array.from(numbers) };
  if (dtype === "F64") return { dtype, shape, values: Float64Array.from(numbers) };
  return { dtype: "I32", shape, values: Int32Array.from(numbers) };
}

test("every truncation is an error that says so", async () => {
  const bytes = encodeSafetensors(small);
  for (let length = 0; length < bytes.length; length++) {
    await expectError(
      () => decodeSafetensors(bytes.subarray(0, length), "chips.safetensors"),
      "file",
      /chips\.safetensors.*copy or train/,
    );
  }
});

test("every corruption of a byte of length or header is detected or decodes to valid contents", () => {
  const bytes = encodeSafetensors(small);
  const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  let numDetected = 0;
  for (let i = 0; i < headerEnd; i++) {
    for (const byte of [0, 0x20, 0x22, 0x2c, 0x30, 0x39, 0x7d, 0xff, bytes[i] ^ 1, bytes[i] ^ 0x20]) {
      const corrupt = bytes.slice();
      corrupt[i] = byte;
      numDetected += isDetected(corrupt) ? 1 : 0;
    }
  }
  expect(numDetected).toBeGreaterThan(headerEnd);
});

function isDetected(bytes: Uint8Array): boolean {
  try {
    const { tensors } = decodeSafetensors(bytes);
    for (const { shape, values } of Object.values(tensors)) {
      expect(values.length).toBe(shape.reduce((size, length) => size * length, 1));
    }
    return false;
  } catch (cause) {
    if (cause instanceof PoolishError && cause.kind === "file") return true;
    throw cause;
  }
}

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: "F32", shape, data_offsets: [begin, end] });

test.each([
  ["not JSON", '{"a":', 0, undefined, /header is not JSON/],
  ["not an object", [1], 0, undefined, /not a JSON object/],
  ["text for a tensor", { a: "x" }, 0, "a", /expected an object/],
  ["unknown dtype", { a: { dtype: "F16", shape: [1], data_offsets: [0, 2] } }, 2, "a", /dtype "F16" is none of F32/],
  ["inherited dtype", { a: { dtype: "toString", shape: [], data_offsets: [0, 2] } }, 2, "a", /dtype/],
  ["negative length", { a: f32([-1], 0, 4) }, 4, "a", /shape \[-1\]/],
  ["fractional length", { a: f32([0.5], 0, 2) }, 2, "a", /shape/],
  ["offsets reversed", { a: f32([1], 4, 0) }, 4, "a", /data_offsets \[4,0\]/],
  ["offsets too short", { a: f32([2], 0, 4) }, 4, "a", /data_offsets span 4 bytes, shape \[2\] of F32 needs 8/],
  ["overlap", { a: f32([2], 0, 8), "weights.0": f32([1], 4, 8) }, 8, "weights.0", /data_offsets .*overlap/],
  ["gap", { a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12, "b", /data_offsets .*gap/],
  ["out of range", { a: f32([2], 0, 8) }, 4, "a", /data_offsets end at 8, the data have 4 bytes.*truncated/],
  ["bytes left over", { a: f32([1], 0, 4) }, 5, undefined, /tensors describe 4/],
  ["metadata that is no text", { __metadata__: { seed: 1 } }, 0, "__metadata__", /"seed" is not text/],
  ["metadata that is no object", { __metadata__: "x" }, 0, "__metadata__", /expected an object/],
])("%s", async (_, header, dataBytes, field, pattern) => {
  const error = await expectError(() => decodeSafetensors(fileOf(header, dataBytes), "e.st"), "file", pattern);
  expect(error.field).toBe(field ?? "e.st");
  expect(error.message).toContain("e.st");
});

test("a header length beyond all reason is refused before anything is allocated", async () => {
  await expectError(() => decodeSafetensors(new Uint8Array(16).fill(0xff)), "file", /claims to have/);
});

test("values that do not fill their shape are a bug of the caller", () => {
  const tensors: Record<string, Tensor> = { a: { dtype: "F32", shape: [2], values: new Float32Array(3) } };
  expect(() => encodeSafetensors({ tensors, metadata: {} })).toThrow(/3 values for shape \[2\]/);
});
