import { requireCount } from "@poolish/core";
import { compile, elementNames, type Model } from "@poolish/ppl";
import { type DrawTable, drawTable } from "./drawTable.ts";
import { countLatents, latentSites } from "./predictive/latentSites.ts";
import {
  collectDraws,
  type PredictiveBlock,
  type PredictiveDraws,
  type PredictiveSource,
  predictiveBlocks,
} from "./predictive/predict.ts";
import { createReplay } from "./predictive/replay.ts";

export interface PriorPredictiveOptions {
  /** The observed site whose data are drawn; needed where there are several. */
  readonly site?: string;
  readonly count: number;
  readonly seed: number;
}

/** Data sets that the priors lead to, and the values of the model that each of them came from. */
export interface PriorPredictiveDraws extends PredictiveDraws {
  /** One row a data set; the names are those of `Fit.summary`. */
  readonly parameters: DrawTable;
}

/**
 * Draws all values of `model` from their priors and data from those, `count` times. `data` give what the model
 * conditions on and the number of trials; what they say of the observed columns is not looked at beyond its support.
 * Factors are left out: they are no part of what the model generates. Data set i depends on the seed and i alone.
 * @throws PoolishError for a model or data that cannot be right, an unknown site, a likelihood that cannot be sampled,
 * and a count or seed out of range.
 */
export function priorPredictive<Data>(
  model: Model<Data>,
  data: Data,
  options: PriorPredictiveOptions,
): PriorPredictiveDraws {
  const source = priorSource(model, data, options);
  const { replay } = source;
  const { numOutputs } = replay;
  const parameters = new Float64Array(options.count * numOutputs);
  const draws = collectDraws({
    ...source,
    onValues: (i) => replay.outputs(parameters.subarray(i * numOutputs, (i + 1) * numOutputs)),
  });
  const { variables, coords } = replay.model;
  const names = variables.flatMap((variable) => elementNames(variable, coords));
  const columnOf = (name: string): Float64Array[] => {
    const at = names.indexOf(name);
    return [Float64Array.from({ length: options.count }, (_, i) => parameters[i * numOutputs + at])];
  };
  return { ...draws, parameters: drawTable(names, columnOf) };
}

/** The data sets of `priorPredictive`, without parameters, block by block: at most 32 MiB, or one data set, each. */
export function priorPredictiveBlocks<Data>(
  model: Model<Data>,
  data: Data,
  options: PriorPredictiveOptions,
): Generator<PredictiveBlock, void> {
  return predictiveBlocks(priorSource(model, data, options));
}

function priorSource<Data>(
  model: Model<Data>,
  data: Data,
  { site, count, seed }: PriorPredictiveOptions,
): PredictiveSource {
  requireCount("count", count, 1);
  requireCount("seed", seed, 0);
  const compilation = compile(model, data);
  const nothing = new Float64Array(countLatents(latentSites(compilation.model)));
  const replay = createReplay(compilation, nothing);
  return { replay, likelihoods: compilation.likelihoods, site, count, seed, known: () => nothing };
}
