import { join } from "node:path";
import { PoolishError } from "@poolish/core";
import { readBytes, writeFileAtomic } from "@poolish/io/node";
import { MANIFEST_NAME } from "./drawFiles.ts";

/** What `draws.json` says of the files beside it. */
export interface DrawsManifest {
  readonly format: "poolish-draws";
  readonly version: 1;
  readonly libraryVersion: string;
  readonly model: string;
  readonly seed: number;
  readonly warmup: number;
  readonly numChains: number;
  /** Draws of each chain. A cancelled run's files may have more rows, which do not count. */
  readonly numDraws: number;
  /** Gradients that all chains took, with warm-up. */
  readonly numGradients: number;
  /** The columns of `chain-N.npy`: scalars on the constrained scale. */
  readonly names: readonly string[];
  /** The columns of `statistics-N.npy`, by their names in ArviZ. */
  readonly statistics: readonly string[];
  readonly notices: readonly string[];
}

const COUNTS = ["seed", "warmup", "numChains", "numDraws", "numGradients"] as const;
const LISTS = ["names", "statistics", "notices"] as const;

export async function writeManifest(folder: string, manifest: DrawsManifest): Promise<void> {
  await writeFileAtomic(join(folder, MANIFEST_NAME), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** @throws PoolishError (kind file) when it is missing, of another format or version, or has a field that is wrong. */
export async function readManifest(folder: string): Promise<DrawsManifest> {
  const path = join(folder, MANIFEST_NAME);
  const bytes = await readBytes(path, "the list of draws, which inferToFolder writes when its chains are done");
  const manifest = parse(path, new TextDecoder().decode(bytes));
  if (manifest.format !== "poolish-draws") refuse(path, "this is no list of draws");
  if (manifest.version !== 1) refuse(path, `expected version 1, got ${JSON.stringify(manifest.version)}`);
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
  const isList = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === "string");
  const wrong = [
    ...COUNTS.filter((field) => !isCount(manifest[field])),
    ...LISTS.filter((field) => !isList(manifest[field])),
  ];
  if (wrong.length > 0) refuse(path, `${wrong.join(", ")} missing or wrong`);
  return manifest as DrawsManifest;
}

function parse(path: string, text: string): Partial<DrawsManifest> {
  try {
    return (JSON.parse(text) ?? {}) as Partial<DrawsManifest>;
  } catch (cause) {
    return refuse(path, "this is not JSON", cause);
  }
}

function refuse(field: string, message: string, cause?: unknown): never {
  throw new PoolishError(message, { kind: "file", field, remedy: "Run inferToFolder again.", cause });
}
