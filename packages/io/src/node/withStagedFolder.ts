import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { PoolishError } from "@poolish/core";
import { describeFileFault } from "./describeFileFault.ts";

/**
 * Writes an output folder whole or not at all. `write` fills a new folder beside `target` (same disk); when it has
 * succeeded, that folder takes the place of `target` by two renames, and the old one is deleted. When `write` throws, or
 * the process dies, the old folder stays as it was: leftovers of dead processes, also of a process that died between the
 * two renames, are put right by the next call. Missing parents of `target` are created.
 * One writer at a time: of two that swap at the same moment one may fail, with the other's output whole.
 * @throws whatever `write` throws; PoolishError (kind file) when the system refuses or `target` is a file.
 */
export async function withStagedFolder(target: string, write: (folder: string) => Promise<void>): Promise<void> {
  const folder = resolve(target);
  const staging = join(dirname(folder), `${stagingPrefix(folder)}${process.pid}-${randomBytes(6).toString("hex")}`);
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      throw describeFileFault(target, "cannot replace the folder", cause);
    }
  };
  await attempt(async () => {
    await mkdir(dirname(folder), { recursive: true });
    await recover(folder);
    await requireFolder(folder);
    await mkdir(staging);
  });
  try {
    await write(staging);
    await attempt(() => swap(staging, folder));
  } catch (cause) {
    await rm(staging, { recursive: true, force: true });
    throw cause;
  }
}

async function swap(staging: string, folder: string): Promise<void> {
  const previous = previousOf(folder);
  const isReplacing = await exists(folder);
  if (isReplacing) await rename(folder, previous);
  try {
    await rename(staging, folder);
  } catch (cause) {
    if (isReplacing) await rename(previous, folder);
    throw cause;
  }
  await rm(previous, { recursive: true, force: true });
}

/** Puts right what a process that died has left: the old folder under its other name, half-written staging folders. */
async function recover(folder: string): Promise<void> {
  const parent = dirname(folder);
  const previous = previousOf(folder);
  if (await exists(previous)) {
    if (await exists(folder)) await rm(previous, { recursive: true });
    else await rename(previous, folder);
  }
  const prefix = stagingPrefix(folder);
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (name.startsWith(prefix) && (await isAbandoned(path, Number.parseInt(name.slice(prefix.length), 10)))) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** True when the process that made a staging folder is gone. This one may have inherited its number (in containers). */
async function isAbandoned(path: string, pid: number): Promise<boolean> {
  if (pid === process.pid) {
    const startOfProcess = Date.now() - process.uptime() * 1000;
    return (await stat(path)).mtimeMs < startOfProcess;
  }
  try {
    process.kill(pid, 0); // signal 0 asks whether the process exists
    return false;
  } catch (cause) {
    return hasCode(cause, "ESRCH");
  }
}

async function requireFolder(path: string): Promise<void> {
  if (!(await exists(path)) || (await stat(path)).isDirectory()) return;
  throw new PoolishError("there is a file where the output folder should be", {
    kind: "file",
    field: path,
    remedy: "Move the file away, or choose another folder.",
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return false;
    throw cause;
  }
}

function previousOf(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.previous`);
}

function stagingPrefix(folder: string): string {
  return `.${basename(folder)}.staging-`;
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}
