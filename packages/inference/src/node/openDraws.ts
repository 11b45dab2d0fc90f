import { resolve } from "node:path";
import { PoolishError } from "@poolish/core";
import { eBfmi, summarize } from "@poolish/mcmc";
import type { Diagnostics } from "../diagnose.ts";
import type { ParameterSummary } from "../fit.ts";
import { drawsPath, statisticsPath } from "./drawFiles.ts";
import { type DrawsManifest, readManifest } from "./drawsManifest.ts";
import { readNpyColumns } from "./npyReader.ts";

/** Draws that lie on the disk. Nothing is kept in memory: each call reads what it needs, chunk by chunk. */
export interface StreamedDraws {
  readonly folder: string;
  readonly manifest: DrawsManifest;
  /** Draws of one scalar, by the name that `summary` has for it: one array a chain. @throws PoolishError for an unknown name. */
  draws(name: string): Promise<readonly Float64Array[]>;
  /** One number a draw, by its name in ArviZ: "lp", "diverging". One array a chain. @throws PoolishError for an unknown name. */
  statistic(name: string): Promise<readonly Float64Array[]>;
  /** As `Fit.summary`; memory holds 64 MiB of draws, or one scalar's where that is more. */
  summary(): Promise<readonly ParameterSummary[]>;
  /** As `Fit.diagnostics`, without the parameters where divergences concentrate and the funnels: positions are not kept. */
  diagnostics(): Promise<Omit<Diagnostics, "divergentParameters" | "funnels">>;
}

/** Values that `summary` holds at once. */
const SUMMARY_VALUES = 2 ** 23;

/** Opens what `inferToFolder` wrote. @throws PoolishError (kind file) when `draws.json` or a chain's file is missing or wrong. */
export async function openDraws(folder: string): Promise<StreamedDraws> {
  const path = resolve(folder);
  const manifest = await readManifest(path);
  const { names, statistics, numDraws, numChains, numGradients } = manifest;
  const reading = (fileOf: typeof drawsPath, fields: readonly string[]) => (columns: readonly number[]) =>
    perChain(numChains, (chain) =>
      readNpyColumns({ path: fileOf(path, chain), numRows: numDraws, numColumns: fields.length }, columns),
    );
  const readDraws = reading(drawsPath, names);
  const readStatistics = reading(statisticsPath, statistics);
  await Promise.all([readDraws([]), readStatistics([])]);
  const statistic = async (name: string): Promise<readonly Float64Array[]> =>
    (await readStatistics([indexOf(statistics, name, "statistic")])).flat();
  const sum = async (name: string): Promise<number> =>
    (await statistic(name)).reduce((total, chain) => total + chain.reduce((part, value) => part + value, 0), 0);
  return {
    folder: path,
    manifest,
    statistic,
    draws: async (name) => (await readDraws([indexOf(names, name, "draws")])).flat(),
    async summary() {
      const batch = Math.max(1, Math.floor(SUMMARY_VALUES / (numChains * numDraws)));
      const summaries: ParameterSummary[] = [];
      for (let first = 0; first < names.length; first += batch) {
        const some = names.slice(first, first + batch);
        const chains = await readDraws(some.map((_, i) => first + i));
        summaries.push(...some.map((name, i) => ({ name, ...summarize(chains.map((columns) => columns[i])) })));
      }
      return summaries;
    },
    diagnostics: async () => ({
      divergences: await sum("diverging"),
      eBfmi: (await statistic("energy")).map((energy) => eBfmi(energy)),
      maxTreeDepthHits: await sum("reached_max_treedepth"),
      numGradients,
    }),
  };
}

/** One after the other, so that memory holds one chunk. */
async function perChain<T>(numChains: number, read: (chain: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let chain = 0; chain < numChains; chain++) results.push(await read(chain));
  return results;
}

function indexOf(names: readonly string[], name: string, what: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new PoolishError(`the folder has no ${what} of that name`, {
    kind: "input",
    field: name,
    remedy: `Its names are ${names.join(", ")}.`,
  });
}
