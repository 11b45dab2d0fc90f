import type { InferenceData } from "@poolish/core";
import { inferenceDataFromNetcdf, inferenceDataToNetcdf } from "@poolish/io";
import { readBytes, writeFileAtomic } from "@poolish/io/node";
import type { Fit } from "../fit.ts";

/** Writes draws, statistics and data as netCDF4 in the ArviZ schema: `az.from_netcdf(path)` opens it. */
export async function saveFit(path: string, fit: Fit): Promise<void> {
  const data = fit.toInferenceData();
  const attrs = { ...data.attrs, created_at: new Date().toISOString() };
  await writeFileAtomic(path, await inferenceDataToNetcdf({ ...data, attrs }));
}

/** Reads what `saveFit` wrote. @throws PoolishError (kind file) for a missing or foreign file. */
export async function loadFit(path: string): Promise<InferenceData> {
  return inferenceDataFromNetcdf(await readBytes(path, "a fit (.nc)"), path);
}
