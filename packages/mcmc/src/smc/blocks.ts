/** Particles of a block at most: large enough for the matrix products of a network, small enough to breathe in between. */
const LARGEST_BLOCK = 256;
/** Few particles are still spread over so many blocks, of which each tries one length of trajectory in a sweep. */
const FEWEST_BLOCKS = 12;

/** Particles are drawn and moved in blocks, which follow from `count` alone: any thread may take any of them. */
export function blockSize(count: number): number {
  return Math.min(LARGEST_BLOCK, Math.ceil(count / FEWEST_BLOCKS));
}

/** Blocks that hold `count` particles. */
export function countBlocks(count: number): number {
  return Math.ceil(count / blockSize(count));
}
