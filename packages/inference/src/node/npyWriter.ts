import { closeSync, openSync, writeSync } from "node:fs";
import { drawFileFault } from "./drawFileFault.ts";
import { encodeNpyHeader, NPY_HEADER_BYTES } from "./npyHeader.ts";

/** A float64 matrix that grows in a file, row by row. Memory holds one chunk of it. */
export interface NpyWriter {
  /** Appends a copy of `row`, which has the matrix's number of columns. */
  append(row: Float64Array): void;
  /** Writes what memory holds, and the number of rows into the header: the file is whole until the next `append`. */
  flush(): void;
  close(): void;
}

/** Values that are held back before a write: 256 KiB. */
const CHUNK_VALUES = 32_768;

/**
 * Creates the file, or overwrites it, with no rows. The header is brought up to date with each chunk, so that whatever
 * ends the process leaves a file that numpy reads. @throws PoolishError (kind file) when the system refuses.
 */
export function createNpyWriter(path: string, numColumns: number): NpyWriter {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw drawFileFault(path, "cannot write draws", cause);
    }
  };
  const rowsPerChunk = Math.max(1, Math.floor(CHUNK_VALUES / numColumns));
  const chunk = new Float64Array(rowsPerChunk * numColumns);
  const file = attempt(() => openSync(path, "w"));
  let numWritten = 0;
  let numHeld = 0;
  const flush = (): void =>
    attempt(() => {
      const bytes = new Uint8Array(chunk.buffer, 0, numHeld * numColumns * Float64Array.BYTES_PER_ELEMENT);
      writeAll(file, bytes, NPY_HEADER_BYTES + numWritten * numColumns * Float64Array.BYTES_PER_ELEMENT);
      numWritten += numHeld;
      numHeld = 0;
      writeAll(file, encodeNpyHeader(numWritten, numColumns), 0);
    });
  flush();
  return {
    append(row) {
      chunk.set(row, numHeld * numColumns);
      numHeld++;
      if (numHeld === rowsPerChunk) flush();
    },
    flush,
    close: () => closeSync(file),
  };
}

/** A write may take a part of the bytes only. */
function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
