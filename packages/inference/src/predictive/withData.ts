import type { CompiledModel } from "@poolish/ppl";
import type { ObservedSite } from "./observedSite.ts";

/**
 * The same model with other data: `values` has those of each site (numTrials × columns, row-major). Conditions, rows and
 * everything else that the model was compiled with stay.
 */
export function withData(
  model: CompiledModel,
  sites: readonly ObservedSite[],
  values: readonly Float64Array[],
): CompiledModel {
  const dataOf = new Map(sites.map((site, s) => [site.site, { ...site, values: values[s] }]));
  const offsets = new Map<number, Float64Array>();
  for (const instruction of model.instructions) {
    const data = instruction.op === "logDensity" ? dataOf.get(instruction.site) : undefined;
    if (data !== undefined && instruction.op === "logDensity") offsets.set(instruction.x.offset, data.values);
  }
  return {
    ...model,
    constants: model.constants.map((constant) => {
      const replaced = offsets.get(constant.offset);
      return replaced === undefined ? constant : { ...constant, values: replaced };
    }),
    plainObservations: model.plainObservations.map((observation) => {
      return { ...observation, values: dataOf.get(observation.site)?.values ?? observation.values };
    }),
    observations: model.observations.map((observation) => {
      const data = dataOf.get(observation.site);
      if (data === undefined) return observation;
      const { columns, numTrials, values: numbers } = data;
      const replaced = columns.map((name, k): [string, Float64Array] => {
        return [name, Float64Array.from({ length: numTrials }, (_, i) => numbers[i * columns.length + k])];
      });
      return { ...observation, columns: { ...observation.columns, ...Object.fromEntries(replaced) } };
    }),
  };
}
