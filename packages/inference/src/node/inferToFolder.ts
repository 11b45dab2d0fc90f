import { mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PoolishError } from "@poolish/core";
import { type CompiledModel, elementNames, type Model } from "@poolish/ppl";
import { type InferOptions, prepare } from "../infer.ts";
import { STATISTIC_NAMES } from "../nutsStatistics.ts";
import { type SampledChains, sampleChains } from "../sampleChains.ts";
import { VERSION } from "../version.ts";
import { drawFileFault } from "./drawFileFault.ts";
import { isDrawFile, MANIFEST_NAME } from "./drawFiles.ts";
import { writeManifest } from "./drawsManifest.ts";
import { openDraws, type StreamedDraws } from "./openDraws.ts";

export interface FolderOptions extends Omit<InferOptions, "method" | "particles"> {
  /** Where the files go: a new folder, an empty one, or one of an earlier run, whose files are deleted. */
  readonly folder: string;
  /** Chains alone can be streamed. */
  readonly method?: "nuts";
}

/**
 * `infer` with the draws on the disk in place of memory, which does not grow with their number: each chain writes, while
 * it samples, `chain-N.npy` (draws × variables) and `statistics-N.npy`, float64 matrices that numpy reads. `draws.json`
 * names their columns; it is written last, so that a folder with it is whole. The draws are those of `infer` to the bit.
 * An abort ends the chains with the draws that they have, as it does for `infer`.
 * @throws PoolishError as `infer`, and (kind file) when the folder holds other files or the system refuses.
 */
export async function inferToFolder<Data>(
  model: Model<Data>,
  data: Data,
  { folder, ...options }: FolderOptions,
): Promise<StreamedDraws> {
  requireNuts(options.method);
  const compilation = prepare(model, data, options);
  const path = resolve(folder);
  await clearFolder(path);
  const chains = await sampleChains(compilation, options, path);
  await writeManifest(path, describe(compilation.model, options.seed, chains));
  return openDraws(path);
}

function describe(
  model: CompiledModel,
  seed: number,
  { outcomes, numDraws, warmup, notices }: SampledChains,
): Parameters<typeof writeManifest>[1] {
  return {
    format: "poolish-draws",
    version: 1,
    libraryVersion: VERSION,
    model: model.name,
    seed,
    warmup,
    numChains: outcomes.length,
    numDraws,
    numGradients: outcomes.reduce((total, { numGradients }) => total + numGradients, 0),
    names: model.variables.flatMap((variable) => elementNames(variable, model.coords)),
    statistics: STATISTIC_NAMES,
    notices: [...model.notices, ...notices],
  };
}

/** `method` may come from untyped code. */
function requireNuts(method: string = "nuts"): void {
  if (method === "nuts") return;
  throw new PoolishError(`method ${JSON.stringify(method)} has no chains that could be streamed`, {
    kind: "input",
    field: "method",
    remedy: 'Pass method: "nuts", or call infer.',
  });
}

/** Makes the folder, and deletes an earlier run's files: `draws.json` first, so that it never names half of them. */
async function clearFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const files = await readdir(folder);
    requireOwn(folder, files);
    await rm(join(folder, MANIFEST_NAME), { force: true });
    for (const file of files) await rm(join(folder, file), { force: true });
  } catch (cause) {
    throw drawFileFault(folder, "cannot make the folder of draws", cause);
  }
}

function requireOwn(folder: string, files: readonly string[]): void {
  const foreign = files.find((file) => !isDrawFile(file));
  if (foreign === undefined) return;
  throw new PoolishError(`there are other files in the folder of draws, such as ${foreign}`, {
    kind: "file",
    field: folder,
    remedy: "Choose a new folder.",
  });
}
