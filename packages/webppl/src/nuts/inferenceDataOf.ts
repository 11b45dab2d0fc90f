import type { InferenceData, LabelledArray, LabelledGroup } from "@poolish/core";
import type { DrawStatistic } from "@poolish/mcmc";
import type { Variable } from "../names/variables.ts";
import type { NutsOptions } from "./nutsOptions.ts";
import type { ProgramChain } from "./sampleChains.ts";

/** ArviZ's names of the sampler's statistics. */
const SAMPLE_STATS: Readonly<Record<string, DrawStatistic>> = {
  lp: "logDensity",
  acceptance_rate: "acceptanceRate",
  step_size: "stepSize",
  tree_depth: "treeDepth",
  n_steps: "numSteps",
  diverging: "isDivergent",
  energy: "energy",
  energy_error: "energyError",
  max_energy_error: "maxEnergyError",
  reached_max_treedepth: "reachedMaxTreeDepth",
};

/** The chains in the ArviZ schema: each variable by chain, draw and its own dimensions, whose labels count from 1. */
export function inferenceDataOf(
  variables: readonly Variable[],
  chains: readonly ProgramChain[],
  options: NutsOptions,
): InferenceData {
  const posterior = variables.map((variable) => [variable.name, variableArray(variable, chains)] as const);
  return {
    posterior: Object.fromEntries(posterior),
    sample_stats: sampleStats(chains),
    coords: { ...drawCoords(chains), ...variableCoords(variables) },
    attrs: {
      inference_library: "webppl-poolish",
      sampler: "NUTS",
      seed: options.seed,
      tuning_steps: options.burn,
      target_acceptance: options.targetAcceptance,
    },
  };
}

function variableArray({ name, shape, indices }: Variable, chains: readonly ProgramChain[]): LabelledArray {
  const numDraws = chains[0].draws.numDraws;
  const values = new Float64Array(chains.length * numDraws * indices.length);
  let next = 0;
  for (const { constrained, generated } of chains) {
    const width = constrained.length / generated.length;
    for (let draw = 0; draw < numDraws; draw++) {
      for (let i = 0; i < indices.length; i++) values[next++] = constrained[draw * width + indices[i]];
    }
  }
  const dims = shape.map((_, axis) => dimensionName(name, axis));
  return { dims: ["chain", "draw", ...dims], shape: [chains.length, numDraws, ...shape], values };
}

function sampleStats(chains: readonly ProgramChain[]): LabelledGroup {
  const numDraws = chains[0].draws.numDraws;
  const entries = Object.entries(SAMPLE_STATS).map(([name, statistic]) => {
    const values = new Float64Array(chains.length * numDraws);
    chains.forEach(({ draws }, chain) => {
      values.set(draws.statistics[statistic], chain * numDraws);
    });
    return [name, { dims: ["chain", "draw"], shape: [chains.length, numDraws], values }] as const;
  });
  return Object.fromEntries(entries);
}

function drawCoords(chains: readonly ProgramChain[]): InferenceData["coords"] {
  return { chain: [...chains.keys()], draw: Array.from({ length: chains[0].draws.numDraws }, (_, draw) => draw) };
}

function variableCoords(variables: readonly Variable[]): InferenceData["coords"] {
  const entries = variables.flatMap(({ name, shape }) =>
    shape.map((length, axis) => [dimensionName(name, axis), Array.from({ length }, (_, i) => i + 1)] as const),
  );
  return Object.fromEntries(entries);
}

/** ArviZ's default name of a dimension. */
function dimensionName(variable: string, axis: number): string {
  return `${variable}_dim_${axis}`;
}
