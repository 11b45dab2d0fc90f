import { type FileHandle, open } from "node:fs/promises";
import { PoolishError } from "@poolish/core";
import { drawFileFault } from "./drawFileFault.ts";
import { decodeNpyHeader, NPY_HEADER_BYTES } from "./npyHeader.ts";

export interface NpyRegion {
  readonly path: string;
  /** Rows to read: the first of the file, which may have more. */
  readonly numRows: number;
  /** Columns that the file must have. */
  readonly numColumns: number;
}

/** Values that are read at once: 1 MiB. */
const CHUNK_VALUES = 131_072;

/**
 * Some columns of a float64 matrix that `createNpyWriter` wrote, each numRows long. Memory holds them and one chunk.
 * @throws PoolishError (kind file) when the file is missing, of another kind or shape, or cut short.
 */
export async function readNpyColumns(region: NpyRegion, columns: readonly number[]): Promise<Float64Array[]> {
  try {
    const file = await open(region.path, "r");
    try {
      await requireShape(file, region);
      return await scan(file, region, columns);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw drawFileFault(region.path, "cannot read draws", cause);
  }
}

async function requireShape(file: FileHandle, { path, numRows, numColumns }: NpyRegion): Promise<void> {
  const header = new Uint8Array(NPY_HEADER_BYTES);
  const { bytesRead } = await file.read(header, 0, header.length, 0);
  const shape = bytesRead < header.length ? undefined : decodeNpyHeader(header);
  if (shape !== undefined && shape.numColumns === numColumns && shape.numRows >= numRows) return;
  const found = shape === undefined ? "another kind of file" : `${shape.numRows} × ${shape.numColumns}`;
  refuse(path, `expected at least ${numRows} rows of ${numColumns} numbers of this machine, got ${found}`);
}

async function scan(file: FileHandle, region: NpyRegion, columns: readonly number[]): Promise<Float64Array[]> {
  const { path, numRows, numColumns } = region;
  const result = columns.map(() => new Float64Array(numRows));
  const rowsPerChunk = Math.max(1, Math.min(numRows, Math.floor(CHUNK_VALUES / numColumns)));
  const chunk = new Float64Array(rowsPerChunk * numColumns);
  const rowBytes = numColumns * Float64Array.BYTES_PER_ELEMENT;
  for (let first = 0; first < numRows; first += rowsPerChunk) {
    const count = Math.min(rowsPerChunk, numRows - first);
    const bytes = new Uint8Array(chunk.buffer, 0, count * rowBytes);
    if (!(await fill(file, bytes, NPY_HEADER_BYTES + first * rowBytes))) refuse(path, "the file is cut short");
    for (let c = 0; c < columns.length; c++) {
      for (let i = 0; i < count; i++) result[c][first + i] = chunk[i * numColumns + columns[c]];
    }
  }
  return result;
}

/** Reads until `bytes` are full; false when the file ends before. */
async function fill(file: FileHandle, bytes: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

function refuse(field: string, message: string): never {
  throw new PoolishError(message, { kind: "file", field, remedy: "Run inferToFolder again." });
}
