import type { InferenceData, LabelledGroup } from "@poolish/core";
import { inferenceDataFromNetcdf, inferenceDataToNetcdf } from "@poolish/io";
import { readBytes, writeFileAtomic } from "@poolish/io/node";
import type { Fit } from "../fit.ts";
import { pointwiseLogLikelihood } from "../pointwiseLogLikelihood.ts";
import { siteNames } from "../predictive/observedSite.ts";

export interface SaveFitOptions {
  /**
   * Adds the group log_likelihood, which `az.loo`, `az.waic` and `az.compare` need: log p(trial | draw) of every observed
   * site, 8 bytes each for trials × draws. Default false.
   */
  readonly logLikelihood?: boolean;
}

/** Writes draws, statistics and data as netCDF4 in the ArviZ schema: `az.from_netcdf(path)` opens it. */
export async function saveFit(path: string, fit: Fit, { logLikelihood = false }: SaveFitOptions = {}): Promise<void> {
  const data = fit.toInferenceData();
  const attrs = { ...data.attrs, created_at: new Date().toISOString() };
  const more = logLikelihood ? { log_likelihood: logLikelihoodGroup(fit) } : {};
  await writeFileAtomic(path, await inferenceDataToNetcdf({ ...data, ...more, attrs }));
}

function logLikelihoodGroup(fit: Fit): LabelledGroup {
  return Object.fromEntries(
    siteNames(fit.model).map((site) => [site, pointwiseLogLikelihood(fit, { site }).toArray()]),
  );
}

/** Reads what `saveFit` wrote. @throws PoolishError (kind file) for a missing or foreign file. */
export async function loadFit(path: string): Promise<InferenceData> {
  return inferenceDataFromNetcdf(await readBytes(path, "a fit (.nc)"), path);
}
