import { PoolishError } from "@poolish/core";

/** What the codes of the operating system mean, and what to do. */
const FAULTS: Readonly<Record<string, readonly [meaning: string, remedy: string]>> = {
  ENOENT: ["the file or its folder does not exist", "Check the path, or create the folder first."],
  ENOTDIR: ["a part of the path is a file, not a folder", "Check the path."],
  EISDIR: ["the path is a folder", "Name a file in it."],
  EACCES: ["access is denied", "Change the permissions, or choose another path."],
  EPERM: ["the operation is not permitted", "Change the permissions, or choose another path."],
  EROFS: ["the file system is read-only", "Choose another path."],
  ENOSPC: ["the disk is full", "Free some space and try again."],
};

/** What a failed call to the file system means for the user; whatever is not a fault of the file system stays as it is. */
export function describeFileFault(path: string, work: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !("code" in cause) || cause instanceof PoolishError) return cause;
  const [meaning, remedy] = FAULTS[String(cause.code)] ?? [cause.message, "Mend the cause and try again."];
  return new PoolishError(`${work}: ${meaning}`, { kind: "file", field: path, remedy, cause });
}
