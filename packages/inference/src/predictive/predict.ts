import { type Likelihood, type Rng, rngFromSeed } from "@poolish/core";
import { type ObservedSite, observedSite, siteNames } from "./observedSite.ts";
import type { Replay } from "./replay.ts";

/** Data sets drawn from a model: count × numTrials × numColumns, row-major, columns as `columns` names them. */
export interface PredictiveDraws {
  readonly site: string;
  readonly columns: readonly string[];
  readonly count: number;
  readonly numTrials: number;
  readonly numColumns: number;
  readonly values: Float64Array;
}

/** Consecutive data sets, the first of which is number `first`. */
export interface PredictiveBlock extends PredictiveDraws {
  readonly first: number;
}

/** The stream of latent values drawn anew; those of the sites are called 0, 1, …. */
const LATENT_STREAM = 2 ** 32 - 1;
/** Numbers that a block holds at most, if one data set is not larger: 32 MiB. */
const BLOCK_VALUES = 2 ** 22;

export interface PredictiveSource {
  readonly replay: Replay;
  readonly likelihoods: readonly Likelihood[];
  readonly site: string | undefined;
  readonly count: number;
  readonly seed: number;
  /** The latent values of data set i, as `Replay.run` takes them. */
  known(i: number): Float64Array;
  /** Called when the replay holds the values of data set i. */
  onValues?(i: number): void;
}

/**
 * The data sets of `source` block by block: memory holds one block, whatever their number. Data set i depends on the
 * seed and i alone, never on the blocks.
 */
export function* predictiveBlocks(source: PredictiveSource): Generator<PredictiveBlock, void> {
  const { replay, likelihoods, count } = source;
  const site = observedSite(replay, likelihoods, source.site);
  const size = sizeOf(site);
  const perBlock = Math.max(1, Math.floor(BLOCK_VALUES / Math.max(size, 1)));
  const root = rngFromSeed(source.seed);
  for (let first = 0; first < count; first += perBlock) {
    const length = Math.min(perBlock, count - first);
    const values = new Float64Array(length * size);
    for (let i = 0; i < length; i++) {
      drawDataSet(source, site, root.foldIn(first + i), first + i, values.subarray(i * size, (i + 1) * size));
    }
    yield { ...describe(site), first, count: length, values };
  }
}

/** All data sets at once. */
export function collectDraws(source: PredictiveSource): PredictiveDraws {
  const blocks = [...predictiveBlocks(source)];
  const { numTrials, numColumns, site, columns } = blocks[0];
  const size = numTrials * numColumns;
  const values = blocks.length === 1 ? blocks[0].values : new Float64Array(source.count * size);
  if (blocks.length > 1) for (const block of blocks) values.set(block.values, block.first * size);
  return { site, columns, count: source.count, numTrials, numColumns, values };
}

function drawDataSet(source: PredictiveSource, site: ObservedSite, rng: Rng, i: number, out: Float64Array): void {
  const { replay } = source;
  replay.run(source.known(i), rng.foldIn(LATENT_STREAM));
  source.onValues?.(i);
  // A stream for each site: the noise of two sites with equal parameters is not the same.
  site.draw(rng.foldIn(siteNames(replay.model).indexOf(site.site)), out);
}

function sizeOf({ numTrials, columns }: ObservedSite): number {
  return numTrials * columns.length;
}

function describe({ site, columns, numTrials }: ObservedSite) {
  return { site, columns, numTrials, numColumns: columns.length };
}
