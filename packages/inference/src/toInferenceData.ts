import type { InferenceData, LabelledArray } from "@poolish/core";
import { simdVariant } from "@poolish/estimators";
import type { CompiledModel, Variable } from "@poolish/ppl";
import type { ChainResult, ChainStatistics } from "./chainTask.ts";
import type { RunDescription } from "./fit.ts";
import { VERSION } from "./version.ts";

/** Draws, statistics and data in the ArviZ schema. Observed columns are called after their site, or SITE_COLUMN for several. */
export function toInferenceData(
  model: CompiledModel,
  run: RunDescription,
  chains: readonly ChainResult[],
): InferenceData {
  const numDraws = chains[0].statistics.lp.length;
  const statistics = Object.keys(chains[0].statistics) as (keyof ChainStatistics)[];
  return {
    posterior: posteriorGroup(model, chains, numDraws),
    sample_stats: Object.fromEntries(
      statistics.map((name) => [
        name,
        perDraw(
          chains.map((chain) => chain.statistics[name]),
          numDraws,
        ),
      ]),
    ),
    observed_data: observedGroup(model),
    coords: model.coords,
    attrs: {
      inference_library: "poolish",
      inference_library_version: VERSION,
      simd_variant: simdVariant(),
      sampling_method: "nuts",
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

function observedGroup({ observations, plainObservations }: CompiledModel): Record<string, LabelledArray> {
  const entry = (name: string, values: Float64Array): [string, LabelledArray] => [
    name,
    { dims: [`${name}_dim_0`], shape: [values.length], values },
  ];
  return Object.fromEntries([
    ...plainObservations.map(({ site, values }) => entry(site, values)),
    ...observations.flatMap(({ site, columns }) => {
      const names = Object.keys(columns);
      return names.map((name) => entry(names.length === 1 ? site : `${site}_${name}`, columns[name]));
    }),
  ]);
}
