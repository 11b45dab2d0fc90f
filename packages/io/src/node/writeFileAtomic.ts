import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { describeFileFault } from "./describeFileFault.ts";

/**
 * Writes a file whole or not at all: to a temporary name in the same folder, flushed to the disk, then renamed. Until
 * the rename a reader sees the old file; after a failure it is still there and the temporary is gone.
 * @throws PoolishError (kind file) naming the path when the system refuses: no folder, no right, no space.
 */
export async function writeFileAtomic(path: string, contents: Uint8Array | string): Promise<void> {
  const target = resolve(path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFlushed(temporary, contents);
    await rename(temporary, target);
  } catch (cause) {
    // What cannot be removed was never made; the first failure is the one to report.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw describeFileFault(path, "cannot write", cause);
  }
}

async function writeFlushed(path: string, contents: Uint8Array | string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(contents);
    await file.sync();
  } finally {
    await file.close();
  }
}
