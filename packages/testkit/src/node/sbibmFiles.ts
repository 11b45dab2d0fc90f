import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { parseSbibmTable, type SbibmTable } from "../sbibm/sbibmTable.ts";
import type { SbibmTaskName } from "../sbibm/sbibmTask.ts";

const FOLDER = new URL("../../data/sbibm/", import.meta.url);

/** Tasks that share their posterior with the task whose files there are. */
const REFERENCE_OF: Partial<Record<SbibmTaskName, SbibmTaskName>> = { bernoulli_glm_raw: "bernoulli_glm" };

/** The text of a file of `data/sbibm`, by its path there; unzipped where it ends in .gz. */
export async function readSbibmText(path: string): Promise<string> {
  const bytes = await readFile(new URL(path, FOLDER));
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

async function readTable(name: SbibmTaskName, observation: 1 | 2, file: string): Promise<SbibmTable> {
  return parseSbibmTable(await readSbibmText(`${name}/observation_${observation}/${file}`));
}

/** One observation, numColumns long. None is on file for the raw spikes and for SLCP with distractors. */
export async function readSbibmObservation(name: SbibmTaskName, observation: 1 | 2): Promise<Float64Array> {
  return (await readTable(name, observation, "observation.csv")).values;
}

/** The θ that made the observation. */
export async function readSbibmTrueParameters(name: SbibmTaskName, observation: 1 | 2): Promise<Float64Array> {
  return (await readTable(REFERENCE_OF[name] ?? name, observation, "true_parameters.csv")).values;
}

/**
 * Reference posterior draws on the constrained scale: sbibm's 10,000, or every fourth of them for the two Gaussian linear
 * tasks (see data/sbibm/README.md).
 */
export async function readSbibmReference(name: SbibmTaskName, observation: 1 | 2): Promise<SbibmTable> {
  return await readTable(REFERENCE_OF[name] ?? name, observation, "reference_posterior_samples.csv.gz");
}
