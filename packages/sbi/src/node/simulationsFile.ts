import { readBytes, writeFileAtomic } from "@poolish/io/node";
import type { Simulations } from "../simulations.ts";
import { simulationsFromParquet, simulationsToParquet } from "../simulationsParquet.ts";

/** Writes simulations as Parquet (`theta.*` and `x.*` columns); the file appears whole or not at all. */
export async function saveSimulations(path: string, simulations: Simulations): Promise<void> {
  await writeFileAtomic(path, simulationsToParquet(simulations));
}

/** Reads simulations that `saveSimulations` wrote. @throws PoolishError (kind file) for a missing or foreign file. */
export async function loadSimulations(path: string): Promise<Simulations> {
  return simulationsFromParquet(await readBytes(path, "simulations (.parquet)"), path);
}
