import type { InferenceData, LabelledArray, Likelihood } from "@poolish/core";
import { simdVariant } from "@poolish/estimators";
import type { Compilation, CompiledModel, Variable } from "@poolish/ppl";
import type { ChainResult, NutsStatistics } from "./chainTask.ts";
import type { RunDescription } from "./fit.ts";
import { VERSION } from "./version.ts";

/**
 * Draws, statistics and data in the ArviZ schema. Observed columns are called after their site, or SITE_COLUMN for
 * several; conditions, which nothing explains, are constant data and always called SITE_COLUMN.
 */
export function toInferenceData(
  { model, likelihoods }: Compilation,
  run: RunDescription,
  chains: readonly ChainResult[],
): InferenceData {
  const numDraws = chains[0].statistics.lp.length;
  const statistics = Object.keys(chains[0].statistics) as (keyof NutsStatistics)[];
  const conditions = conditionGroup(model, likelihoods);
  return {
    posterior: posteriorGroup(model, chains, numDraws),
    sample_stats: Object.fromEntries(
      statistics.map((name) => [
        name,
        perDraw(
          chains.flatMap((chain) => chain.statistics[name] ?? []),
          numDraws,
        ),
      ]),
    ),
    observed_data: observedGroup(model, likelihoods),
    ...(Object.keys(conditions).length === 0 ? {} : { constant_data: conditions }),
    coords: model.coords,
    attrs: {
      inference_library: "poolish",
      inference_library_version: VERSION,
      simd_variant: simdVariant(),
      sampling_method: run.method,
      seed: run.seed,
      tuning_steps: run.warmup,
    },
  };
}

function perDraw(chains: readonly Float64Array[], numDraws: number): LabelledArray {
  const values = new Float64Array(chains.length * numDraws);
  chains.forEach((chain, c) => {
    values.set(chain, c * numDraws);
  });
  return { dims: ["chain", "draw"], shape: [chains.length, numDraws], values };
}

function posteriorGroup(
  model: CompiledModel,
  chains: readonly ChainResult[],
  numDraws: number,
): Record<string, LabelledArray> {
  const width = model.variables.reduce((sum, { slot }) => sum + slot.size, 0);
  let offset = 0;
  return Object.fromEntries(
    model.variables.map((variable: Variable) => {
      const { size } = variable.slot;
      const values = new Float64Array(chains.length * numDraws * size);
      chains.forEach(({ outputs }, c) => {
        for (let draw = 0; draw < numDraws; draw++) {
          const from = draw * width + offset;
          values.set(outputs.subarray(from, from + size), (c * numDraws + draw) * size);
        }
      });
      offset += size;
      const dims = ["chain", "draw", ...variable.dims];
      return [variable.name, { dims, shape: [chains.length, numDraws, ...variable.shape], values }];
    }),
  );
}

function observedGroup(model: CompiledModel, likelihoods: readonly Likelihood[]): Record<string, LabelledArray> {
  return Object.fromEntries([
    ...model.plainObservations.map(({ site, values }) => dataEntry(site, values)),
    ...model.observations.flatMap(({ site, likelihood, columns }) => {
      const explained = likelihoods[likelihood].columns;
      return explained.map(({ name }) => dataEntry(explained.length === 1 ? site : `${site}_${name}`, columns[name]));
    }),
  ]);
}

function conditionGroup(model: CompiledModel, likelihoods: readonly Likelihood[]): Record<string, LabelledArray> {
  return Object.fromEntries(
    model.observations.flatMap(({ site, likelihood, columns }) =>
      likelihoods[likelihood].conditions.map(({ name }) => dataEntry(`${site}_${name}`, columns[name])),
    ),
  );
}

function dataEntry(name: string, values: Float64Array): [string, LabelledArray] {
  return [name, { dims: [`${name}_dim_0`], shape: [values.length], values }];
}
