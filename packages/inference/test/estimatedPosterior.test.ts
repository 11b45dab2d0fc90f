import { rngFromSeed } from "@poolish/core";
import { posterior } from "@poolish/inference";
import { normal } from "@poolish/ppl";
import { expectRefusal, expectRejection } from "@poolish/testkit";
import { expect, test } from "vitest";

/** p(a, b | x): a ~ N(x, 1), b ~ N(−x, 2), independent. */
const estimator = {
  parameters: ["a", "b"].map((name) => ({
    name,
    support: { kind: "interval", lower: -Infinity, upper: Infinity } as const,
    box: [-5, 5] as const,
  })),
  sample(rng: ReturnType<typeof rngFromSeed>, x: unknown, count: number): Float64Array {
    const [[value]] = x as number[][];
    return Float64Array.from({ length: 2 * count }, (_, i) =>
      i % 2 === 0 ? normal(value, 1).sample(rng) : normal(-value, 2).sample(rng),
    );
  },
  logProb(theta: number | ArrayLike<number>, x: unknown): Float64Array {
    const [[value]] = x as number[][];
    const [a, b] = Array.from(theta as ArrayLike<number>);
    return Float64Array.of(normal(value, 1).logProb(a) + normal(-value, 2).logProb(b));
  },
};

test("draws are a table with a column for each parameter, and the density is the estimator's", async () => {
  const result = await posterior({ estimator, x: 3 }, { seed: 1, draws: 5000 });
  expect(result.parameters).toEqual(["a", "b"]);
  expect(result.draws.names).toEqual(["a", "b"]);
  expect(result.draws.numRows).toBe(5000);
  const mean = (name: string): number => result.draws.columns[name].reduce((sum, value) => sum + value / 5000, 0);
  // Five standard errors of means of 5,000 draws.
  expect(Math.abs(mean("a") - 3)).toBeLessThan(5 / Math.sqrt(5000));
  expect(Math.abs(mean("b") + 3)).toBeLessThan(10 / Math.sqrt(5000));
  expect(result.logProb([3, -3])).toBeCloseTo(normal(0, 1).logProb(0) + normal(0, 2).logProb(0), 12);
  expect(result.sample(rngFromSeed(2), 7)).toHaveLength(14);
});

test("equal seeds give equal draws; misuse is named", async () => {
  const [first, second] = [
    await posterior({ estimator, x: [3] }, { seed: 4 }),
    await posterior({ estimator, x: 3 }, { seed: 4 }),
  ];
  expect(second.draws).toEqual(first.draws);
  await expectRejection(() => posterior({ estimator, x: 3 }, { seed: 1, draws: 0 }), { kind: "input", field: "draws" });
  for (const theta of [[], [1], [1, 2, 3, 4]]) {
    expectRefusal(() => first.logProb(theta), { kind: "input", field: "theta" }, /expected 2 numbers/);
  }
});
