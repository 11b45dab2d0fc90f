import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describeFileFault } from "./describeFileFault.ts";

/**
 * The bytes of a file.
 * @param whatItIs What should be there, for the message: "an estimator", "the counts".
 * @throws PoolishError (kind file) naming path, expectation and remedy when there is no such file or it cannot be read.
 */
export async function readBytes(path: string, whatItIs: string): Promise<Uint8Array> {
  try {
    return asBytes(await readFile(path));
  } catch (cause) {
    throw describeFileFault(path, `cannot read ${whatItIs}`, cause);
  }
}

/** `readBytes` for programs that cannot wait, such as WebPPL's. */
export function readBytesSync(path: string, whatItIs: string): Uint8Array {
  try {
    return asBytes(readFileSync(path));
  } catch (cause) {
    throw describeFileFault(path, `cannot read ${whatItIs}`, cause);
  }
}

/** A `Buffer` answers to `slice` and to equality in its own way: callers get the plain type. */
function asBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
