import { BYTES_PER_VALUE, type Safetensors, sizeOfShape, type Tensor } from "./tensor.ts";

/**
 * The bytes of a safetensors file (https://huggingface.co/docs/safetensors): the length of the header as a
 * little-endian 64-bit integer, the header as JSON, padded with spaces to a multiple of 8 bytes, then the raw
 * little-endian values. Equal contents give equal bytes: metadata by key; tensors by width of a value (widest first, so
 * that each is aligned, as the reference implementation does it), then by name.
 * @throws Error (a bug) when the values of a tensor do not fill its shape or a tensor is called `__metadata__`.
 */
export function encodeSafetensors(contents: Safetensors): Uint8Array {
  const tensors = Object.entries(contents.tensors).sort(byWidthThenName);
  const entries: [string, unknown][] = [
    ["__metadata__", Object.fromEntries(Object.entries(contents.metadata).sort(byName))],
  ];
  let dataBytes = 0;
  for (const [name, { dtype, shape, values }] of tensors) {
    if (name === "__metadata__") throw new Error("a tensor cannot be called __metadata__");
    if (values.length !== sizeOfShape(shape)) throw new Error(`${name}: ${values.length} values for shape [${shape}]`);
    const end = dataBytes + values.length * BYTES_PER_VALUE[dtype];
    entries.push([name, { dtype, shape, data_offsets: [dataBytes, end] }]);
    dataBytes = end;
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const start = 8 + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + dataBytes).fill(0x20, 8, start);
  bytes.set(header, 8);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  let offset = start;
  for (const [, tensor] of tensors) offset = writeValues(view, offset, tensor);
  return bytes;
}

function writeValues(view: DataView, start: number, tensor: Tensor): number {
  const { dtype, values } = tensor;
  let offset = start;
  for (let i = 0; i < values.length; i++) {
    if (dtype === "F64") view.setFloat64(offset, values[i], true);
    else if (dtype === "F32") view.setFloat32(offset, values[i], true);
    else view.setInt32(offset, values[i], true);
    offset += BYTES_PER_VALUE[dtype];
  }
  return offset;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byWidthThenName(a: readonly [string, Tensor], b: readonly [string, Tensor]): number {
  return BYTES_PER_VALUE[b[1].dtype] - BYTES_PER_VALUE[a[1].dtype] || byName(a, b);
}
