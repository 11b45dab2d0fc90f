import { PoolishError } from "@poolish/core";

/** What a refusal of the file system means for the user; whatever else was thrown stays as it is. */
export function drawFileFault(path: string, work: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !("code" in cause) || cause instanceof PoolishError) return cause;
  return new PoolishError(`${work} (${cause.message})`, {
    kind: "file",
    field: path,
    remedy: "Check the path, its permissions and the space on the disk.",
    cause,
  });
}
