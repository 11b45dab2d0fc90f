import type { PoolishError } from "@poolish/core";
import { describeCause, fileError } from "./fileError.ts";
import { isRecord } from "./isRecord.ts";
import { BYTES_PER_VALUE, type Safetensors, sizeOfShape, type Tensor } from "./tensor.ts";

/** The cap of the reference implementation (100 MB): a longer header is damage. */
const MAX_HEADER_BYTES = 100_000_000;
const TRUNCATED = "The file is truncated: copy or train it again.";
const DAMAGED = "The file is damaged or no safetensors file: copy or train it again.";

interface Entry {
  readonly name: string;
  readonly dtype: Tensor["dtype"];
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

type Fault = (message: string, field?: string, remedy?: string, cause?: unknown) => PoolishError;

/**
 * The contents of a safetensors file, copied, so that `bytes` may be aligned in any way and reused. All is checked
 * before a value is read: the header lies within the file and is JSON, each tensor has a dtype that Poolish knows (F32,
 * F64, I32), a shape, and offsets that match it, and the tensors cover the data without gap or overlap.
 * @param source The file, for messages.
 * @throws PoolishError (kind file) naming the tensor and what is wrong with it.
 */
export function decodeSafetensors(bytes: Uint8Array, source?: string): Safetensors {
  const fault: Fault = (message, field, remedy = DAMAGED, cause = undefined) =>
    fileError(message, {
      source: source ?? (field === undefined ? "safetensors" : undefined),
      remedy,
      cause,
      ...(field !== undefined && { field }),
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = dataStart(view, fault);
  const header = parseHeader(bytes.subarray(8, start), fault);
  const { __metadata__: metadata = {}, ...described } = header;
  const entries = Object.entries(described).map(([name, entry]) => readEntry(name, entry, fault));
  checkCoverage(entries, bytes.length - start, fault);
  return {
    tensors: Object.fromEntries(entries.map((entry) => [entry.name, readValues(view, start, entry)])),
    metadata: readMetadata(metadata, fault),
  };
}

function dataStart(view: DataView, fault: Fault): number {
  if (view.byteLength < 8) throw fault(`${view.byteLength} bytes are too few for a header`, undefined, TRUNCATED);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > MAX_HEADER_BYTES) throw fault(`the header claims to have ${headerBytes} bytes`);
  const start = 8 + Number(headerBytes);
  if (start <= view.byteLength) return start;
  throw fault(`the header needs ${start} bytes, there are ${view.byteLength}`, undefined, TRUNCATED);
}

function parseHeader(bytes: Uint8Array, fault: Fault): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw fault(`the header is not JSON (${describeCause(cause)})`, undefined, DAMAGED, cause);
  }
  if (!isRecord(header)) throw fault("the header is not a JSON object");
  return header;
}

function readMetadata(metadata: unknown, fault: Fault): Record<string, string> {
  if (!isRecord(metadata)) throw fault("expected an object of texts", "__metadata__");
  const entries = Object.entries(metadata).map(([key, value]): [string, string] => {
    if (typeof value === "string") return [key, value];
    throw fault(`the value of "${key}" is not text`, "__metadata__");
  });
  return Object.fromEntries(entries);
}

function readEntry(name: string, entry: unknown, fault: Fault): Entry {
  if (!isRecord(entry)) throw fault("expected an object with dtype, shape and data_offsets", name);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) {
    const known = Object.keys(BYTES_PER_VALUE).join(", ");
    throw fault(`dtype ${JSON.stringify(dtype)} is none of ${known}`, name, "Save the tensor as F32, F64 or I32.");
  }
  if (!isCounts(shape)) throw fault(`shape ${JSON.stringify(shape)} is not a list of lengths`, name);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw fault(`data_offsets ${JSON.stringify(offsets)} are not [begin, end]`, name);
  }
  const [begin, end] = offsets;
  const numBytes = sizeOfShape(shape) * BYTES_PER_VALUE[dtype];
  if (end - begin === numBytes) return { name, dtype, shape, begin, end };
  throw fault(`data_offsets span ${end - begin} bytes, shape [${shape}] of ${dtype} needs ${numBytes}`, name);
}

/** Offsets must follow each other from 0 to the end of the data. */
function checkCoverage(entries: readonly Entry[], dataBytes: number, fault: Fault): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const what = begin < covered ? "overlap the tensor before" : "leave a gap after the tensor before";
      throw fault(`data_offsets [${begin}, ${end}] ${what}, which ends at ${covered}`, name);
    }
    if (end > dataBytes) throw fault(`data_offsets end at ${end}, the data have ${dataBytes} bytes`, name, TRUNCATED);
    covered = end;
  }
  if (covered !== dataBytes) throw fault(`the data have ${dataBytes} bytes, the tensors describe ${covered}`);
}

function readValues(view: DataView, start: number, { dtype, shape, begin }: Entry): Tensor {
  const length = sizeOfShape(shape);
  const offset = start + begin;
  if (dtype === "F64") {
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++) values[i] = view.getFloat64(offset + 8 * i, true);
    return { dtype, shape, values };
  }
  if (dtype === "F32") {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++) values[i] = view.getFloat32(offset + 4 * i, true);
    return { dtype, shape, values };
  }
  const values = new Int32Array(length);
  for (let i = 0; i < length; i++) values[i] = view.getInt32(offset + 4 * i, true);
  return { dtype, shape, values };
}

function isDtype(value: unknown): value is Tensor["dtype"] {
  return typeof value === "string" && Object.hasOwn(BYTES_PER_VALUE, value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}
