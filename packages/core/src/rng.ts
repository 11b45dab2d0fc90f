/**
 * A stream of random bits that is named by a key: the only mutable argument in the public API.
 * Streams are derived by `foldIn` and `split`, so a result never depends on the number or the order of workers.
 */
export interface Rng {
  /** The next 32 uniform bits as an unsigned integer. */
  uint32(): number;
  /** The next uniform double in the open interval (0, 1): a 52-bit lattice, shifted by half a step. */
  uniform(): number;
  /**
   * The stream named by (this key, data). Does not advance or depend on the position of this stream.
   * @throws RangeError unless `data` is an integer from 0 to 2^32 - 1: others would silently share a stream.
   */
  foldIn(data: number): Rng;
  /** `count` streams, distinct from each other, from this one and from those of `foldIn`. */
  split(count: number): Rng[];
  /** The same stream at the same position. */
  clone(): Rng;
}

/** Key-schedule parity constant SKEIN_KS_PARITY32 of the same paper. */
const PARITY = 0x1bd11bda;
/** Counters for drawing, folding and splitting differ in their high word, so the three never meet. */
const FOLD_DOMAIN = 0xffffffff;
const SPLIT_DOMAIN = 0xfffffffe;

/**
 * Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", §4.2 and table 2):
 * encrypts the counter (c0, c1) under the key (k0, k1) into out[0], out[1] as signed 32-bit words. Only add, rotate and
 * exclusive-or: the same bits on every engine. Written out round by round, which is three times as fast as loops.
 */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Int32Array): void {
  const k2 = PARITY ^ k0 ^ k1;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2 + 1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + k2) | 0;
  x1 = (x1 + k0 + 2) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k0) | 0;
  x1 = (x1 + k1 + 3) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2 + 4) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k2) | 0;
  x1 = (x1 + k0 + 5) | 0;
  out[0] = x0;
  out[1] = x1;
}

class ThreefryRng implements Rng {
  readonly #k0: number;
  readonly #k1: number;
  #low = 0;
  #high = 0;
  readonly #block = new Int32Array(2);
  #hasWord = false;

  constructor(k0: number, k1: number) {
    this.#k0 = k0 | 0;
    this.#k1 = k1 | 0;
  }

  #nextBlock(): void {
    threefry2x32(this.#k0, this.#k1, this.#low, this.#high, this.#block);
    this.#low = (this.#low + 1) | 0;
    if (this.#low === 0) this.#high = (this.#high + 1) | 0;
  }

  uint32(): number {
    if (this.#hasWord) {
      this.#hasWord = false;
      return (this.#block[1] as number) >>> 0;
    }
    this.#nextBlock();
    this.#hasWord = true;
    return (this.#block[0] as number) >>> 0;
  }

  uniform(): number {
    this.#nextBlock();
    this.#hasWord = false;
    const high = (this.#block[0] as number) >>> 6;
    const low = (this.#block[1] as number) >>> 6;
    // 26 + 26 bits and a half: the largest value is 1 - 2^-53, which a double can hold (53 bits would round to 1).
    return (high * 0x4000000 + low + 0.5) / 0x10000000000000;
  }

  foldIn(data: number): Rng {
    if (data >>> 0 !== data) throw new RangeError(`foldIn needs an integer from 0 to 2^32 - 1, got ${data}`);
    return this.#derive(data, FOLD_DOMAIN);
  }

  split(count: number): Rng[] {
    return Array.from({ length: count }, (_, i) => this.#derive(i, SPLIT_DOMAIN));
  }

  #derive(data: number, domain: number): Rng {
    const key = new Int32Array(2);
    threefry2x32(this.#k0, this.#k1, data | 0, domain, key);
    return new ThreefryRng(key[0] as number, key[1] as number);
  }

  clone(): Rng {
    const copy = new ThreefryRng(this.#k0, this.#k1);
    copy.#low = this.#low;
    copy.#high = this.#high;
    copy.#hasWord = this.#hasWord;
    copy.#block.set(this.#block);
    return copy;
  }
}

/**
 * The stream of a seed: key (high word, low word) of the integer `seed`.
 * @throws RangeError when `seed` is not a non-negative safe integer.
 */
export function rngFromSeed(seed: number): Rng {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed must be a non-negative integer, got ${seed}`);
  return new ThreefryRng(Math.floor(seed / 0x100000000), seed % 0x100000000);
}
