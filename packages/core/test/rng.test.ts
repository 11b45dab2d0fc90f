import { type Rng, rngFromSeed, threefry2x32 } from "@poolish/core";
import { expectMeanWithin } from "@poolish/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const WORD = 2 ** 32;
const seeds = fc.maxSafeNat();
const words = fc.nat(WORD - 1);

function take(rng: Rng, count = 8): number[] {
  return Array.from({ length: count }, () => rng.uint32());
}

function encrypt(key: [number, number], counter: [number, number]): number[] {
  const out = new Int32Array(2);
  threefry2x32(...key, ...counter, out);
  return [...out].map((word) => word >>> 0);
}

describe("threefry2x32", () => {
  // kat_vectors of Random123 1.14, "threefry2x32 20".
  test.each([
    { key: [0, 0], counter: [0, 0], words: [0x6b200159, 0x99ba4efe] },
    { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], words: [0x1cb996fc, 0xbb002be7] },
    { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], words: [0xc4923a9c, 0x483df7a0] },
  ] as { key: [number, number]; counter: [number, number]; words: number[] }[])(
    "has the published answer for counter $counter",
    ({ key, counter, words: expected }) => {
      expect(encrypt(key, counter)).toEqual(expected);
    },
  );
});

describe("rngFromSeed", () => {
  test("draws the blocks of the counters 0, 1, … under the key (high word, low word)", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const key: [number, number] = [Math.floor(seed / WORD), seed % WORD];
        expect(take(rngFromSeed(seed), 4)).toEqual([...encrypt(key, [0, 0]), ...encrypt(key, [1, 0])]);
      }),
    );
  });

  test("tells seeds apart that share their low or their high word", () => {
    const streams = [0, 1, WORD, WORD + 1, 2 * WORD, Number.MAX_SAFE_INTEGER].map((seed) =>
      String(take(rngFromSeed(seed))),
    );
    expect(new Set(streams).size).toBe(streams.length);
  });

  test.each([-1, 0.5, 2 ** 53, NaN, Infinity])("refuses %s", (seed) => {
    expect(() => rngFromSeed(seed)).toThrow(RangeError);
  });
});

describe("uniform", () => {
  test("is a point of the shifted lattice of 2^52 points inside (0, 1)", () => {
    const rng = rngFromSeed(1);
    const draws = Array.from({ length: 100_000 }, () => rng.uniform());
    expect(draws.filter((u) => !(u > 0 && u < 1 && Number.isInteger(u * 2 ** 52 - 0.5)))).toEqual([]);
  });

  test("takes the upper 26 bits of the two words of a fresh block", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const rng = rngFromSeed(seed);
        const [, , high, low, next] = take(rng.clone(), 5);
        rng.uint32();
        expect(rng.uniform()).toBe(((high >>> 6) * 2 ** 26 + (low >>> 6) + 0.5) / 2 ** 52);
        expect(rng.uint32()).toBe(next);
      }),
    );
  });

  test("has mean 1/2, variance 1/12 and no correlation with the next, a folded or a split stream", () => {
    const count = 100_000;
    const root = rngFromSeed(2);
    const [firstOfSplit] = root.split(1);
    const others = [root.foldIn(0), firstOfSplit];
    const draws = (rng: Rng) => Float64Array.from({ length: count + 1 }, () => rng.uniform() - 0.5);
    const own = draws(root);
    const products = [own.subarray(1), ...others.map(draws)];
    const meanOf = (f: (i: number) => number) => own.subarray(0, count).reduce((sum, _, i) => sum + f(i), 0) / count;
    const variance = 1 / 12;
    const numComparisons = 2 + products.length;
    const expectMean = (name: string, estimate: number, expected: number, varianceOfOne: number) =>
      expectMeanWithin({ name, estimate, expected, standardError: Math.sqrt(varianceOfOne / count), numComparisons });
    expectMean(
      "u",
      meanOf((i) => own[i]),
      0,
      variance,
    );
    // E (u - 1/2)^4 = 1/80.
    expectMean(
      "u²",
      meanOf((i) => own[i] ** 2),
      variance,
      1 / 80 - variance ** 2,
    );
    for (const other of products) {
      expectMean(
        "product",
        meanOf((i) => own[i] * other[i]),
        0,
        variance ** 2,
      );
    }
  });
});

describe("derived streams", () => {
  test("do not depend on the position of their parent, nor move it", () => {
    fc.assert(
      fc.property(seeds, words, fc.nat(20), (seed, data, position) => {
        const fresh = rngFromSeed(seed);
        const used = rngFromSeed(seed);
        for (let i = 0; i < position; i++) used.uniform();
        expect(take(used.foldIn(data))).toEqual(take(fresh.foldIn(data)));
        expect(used.split(3).map((rng) => take(rng))).toEqual(fresh.split(3).map((rng) => take(rng)));
        expect(take(fresh)).toEqual(take(rngFromSeed(seed)));
      }),
    );
  });

  test("are distinct from each other, from their parent and from their parent's later draws", () => {
    const root = rngFromSeed(3);
    const folded = Array.from({ length: 500 }, (_, i) => root.foldIn(i));
    const highest = root.foldIn(WORD - 1);
    const nested = root.foldIn(1).foldIn(0);
    const streams = [root, ...folded, highest, nested, ...root.split(500)].map((rng) => String(take(rng.clone(), 2)));
    expect(new Set(streams).size).toBe(streams.length);
    const parent = take(root, 4000).reduce((seen, word) => seen.add(word), new Set<number>());
    expect(take(folded[0], 100).filter((word) => parent.has(word)).length).toBe(0);
  });

  test("split has the first streams in common for any count", () => {
    const root = rngFromSeed(4);
    expect(root.split(2).map((rng) => take(rng))).toEqual(
      root
        .split(5)
        .slice(0, 2)
        .map((rng) => take(rng)),
    );
    expect(root.split(0)).toEqual([]);
  });

  test.each([-1, 0.5, WORD, NaN])("foldIn refuses %s, which would share a stream with another number", (data) => {
    expect(() => rngFromSeed(1).foldIn(data)).toThrow(RangeError);
  });
});

test("clone continues like the original, in the middle of a block too", () => {
  fc.assert(
    fc.property(seeds, fc.array(fc.boolean(), { maxLength: 12 }), (seed, calls) => {
      const rng = rngFromSeed(seed);
      for (const isWord of calls) isWord ? rng.uint32() : rng.uniform();
      const copy = rng.clone();
      const expected = [rng.uint32(), rng.uniform(), rng.uint32()];
      expect([copy.uint32(), copy.uniform(), copy.uint32()]).toEqual(expected);
    }),
  );
});
