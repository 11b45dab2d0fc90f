import type { ChainResult, ChainStatistics } from "./chainTask.ts";

/** The first `numDraws` draws of a chain: itself when it has no more, copies otherwise. */
export function truncateChain(chain: ChainResult, numDraws: number): ChainResult {
  const { length } = chain.statistics.lp;
  if (length === numDraws) return chain;
  const cut = (values: Float64Array): Float64Array => values.slice(0, (values.length / length) * numDraws);
  const { outputs, positions, statistics, numGradients, divergences } = chain;
  const { lp } = statistics;
  const columns = Object.entries(statistics).map(([name, values]) => [name, cut(values)] as const);
  const shorter: ChainStatistics = { ...Object.fromEntries(columns), lp: cut(lp) };
  return {
    kind: "complete",
    outputs: cut(outputs),
    positions: cut(positions),
    statistics: shorter,
    numGradients,
    ...(divergences === undefined ? {} : { divergences: divergences.filter(({ draw }) => draw < numDraws) }),
  };
}
