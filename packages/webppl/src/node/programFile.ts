import { existsSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PoolishError } from "@poolish/core";

/**
 * Where a program's `path` (or file URL) leads: relative to the current directory, else to the program's own.
 * @throws PoolishError when `path` is not text, or when there is no such file in either place.
 */
export function programFile(path: unknown, field: string): string {
  if (typeof path !== "string" || path === "") {
    throw new PoolishError(`expected the path of a file, got ${JSON.stringify(path) ?? "nothing"}`, {
      kind: "input",
      field,
      remedy: `Pass a path, e.g. ${field}('data/file').`,
    });
  }
  const relative = path.startsWith("file:") ? fileURLToPath(path) : path;
  const folders = isAbsolute(relative) ? [""] : [process.cwd(), ...programFolder()];
  const candidates = folders.map((folder) => resolve(folder, relative));
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  throw new PoolishError(`there is no file ${[...new Set(candidates)].join(", nor ")}`, {
    kind: "file",
    field,
    remedy: "Check the path, or make the file first.",
  });
}

/** The folder of the program, when the webppl command runs it: WebPPL leaves the file's path in the global `argv`. */
function programFolder(): string[] {
  const { argv } = globalThis as { argv?: { _?: readonly unknown[] } };
  const file = argv?._?.[0];
  return typeof file === "string" ? [dirname(resolve(file))] : [];
}
