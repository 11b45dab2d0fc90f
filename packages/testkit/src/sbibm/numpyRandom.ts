/** The part of NumPy's legacy `RandomState` that sbibm's fixed designs were drawn with. */
export interface NumpyRandom {
  /** `randn`: a standard normal. */
  normal(): number;
  /** `permutation(count)`: 0 … count - 1 in a random order. */
  permutation(count: number): Int32Array;
}

const SIZE = 624;

/** MT19937 (Matsumoto & Nishimura 1998; initialisation of 2002), tempered 32-bit words. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) {
    const mixed = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = Math.imul(1812433253, mixed) + i;
  }
  let next = SIZE;
  const twist = (): void => {
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + 397) % SIZE] ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
    }
    next = 0;
  };
  return () => {
    if (next === SIZE) twist();
    let y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  };
}

/**
 * `numpy.random.RandomState(seed)`, which NumPy has promised to keep as it is: normals by Marsaglia's polar method, two at
 * a time, the second of a pair first; integers by masked rejection. Equal to NumPy up to the last digit of log and sqrt.
 */
export function numpyRandom(seed: number): NumpyRandom {
  const word = mersenneTwister(seed);
  const uniform = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  let spare: number | null = null;
  const atMost = (largest: number): number => {
    const mask = 2 ** (32 - Math.clz32(largest)) - 1;
    let value = word() & mask;
    while (value > largest) value = word() & mask;
    return value;
  };
  return {
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      for (;;) {
        const x1 = 2 * uniform() - 1;
        const x2 = 2 * uniform() - 1;
        const square = x1 * x1 + x2 * x2;
        if (square >= 1 || square === 0) continue;
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        spare = factor * x1;
        return factor * x2;
      }
    },
    permutation(count) {
      const order = Int32Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = atMost(i);
        const value = order[i];
        order[i] = order[j];
        order[j] = value;
      }
      return order;
    },
  };
}
