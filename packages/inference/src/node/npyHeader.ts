import { endianness } from "node:os";

/** Length of the header that `encodeNpyHeader` writes: room for any number of rows, so that it can be patched. */
export const NPY_HEADER_BYTES = 128;

const MAGIC = "\u0093NUMPY\u0001\u0000";
/** Float64 in this machine's byte order, which is how typed arrays lie in memory. */
const DESCRIPTION = endianness() === "LE" ? "<f8" : ">f8";

/**
 * The header of a float64 matrix in the NPY format, version 1.0
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): always NPY_HEADER_BYTES long.
 */
export function encodeNpyHeader(numRows: number, numColumns: number): Uint8Array {
  const dictionary = `{'descr': '${DESCRIPTION}', 'fortran_order': False, 'shape': (${numRows}, ${numColumns}), }`;
  const length = NPY_HEADER_BYTES - MAGIC.length - 2;
  const text = `${MAGIC}${String.fromCharCode(length & 0xff, length >> 8)}${dictionary.padEnd(length - 1)}\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The shape that such a header gives, or undefined when the bytes are another kind of file or array. */
export function decodeNpyHeader(
  bytes: Uint8Array,
): { readonly numRows: number; readonly numColumns: number } | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, NPY_HEADER_BYTES));
  const shape = /'shape': \((\d+), (\d+)\)/.exec(text);
  if (shape === null) return undefined;
  const [numRows, numColumns] = [Number(shape[1]), Number(shape[2])];
  const expected = encodeNpyHeader(numRows, numColumns);
  return expected.every((byte, i) => byte === bytes[i]) ? { numRows, numColumns } : undefined;
}
