import { rngFromSeed } from "@poolish/core";
import { uniform } from "@poolish/distributions";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { npe } from "../../src/npe/npe.ts";
import { simulate } from "../../src/simulate.ts";
import type { Simulator } from "../../src/simulator.ts";
import { train } from "../../src/train.ts";
import { momentsOf } from "../support/gaussianMean.ts";

const LENGTH = 44;

/** A step of height 3 at an unknown place of a noisy series: given x, its place is known to about one position. */
const step: Simulator = {
  parameters: ["place"],
  columns: Array.from({ length: LENGTH }, (_, t) => ({ name: `x${t}`, kind: "continuous" })),
  simulate(rng, [place], out) {
    for (let t = 0; t < LENGTH; t++) out[t] = (t > place ? 3 : 0) + standardNormal(rng);
  },
};

const simulations = await simulate({ simulator: step, prior: { place: uniform(0, LENGTH) }, count: 1500, seed: 1 });

test.each(["mlp", "conv1d"] as const)("an embedding of kind %s finds the place of a step", async (embedding) => {
  const { sample, spec } = await train(npe({ embedding, density: "autoregressive", numEpochs: 15 }), simulations, {
    seed: 1,
  });
  expect(spec.embedding.kind).toBe(embedding);
  const rng = rngFromSeed(2);
  const errors = [8.5, 21.5, 36.5].map((place) => {
    const x = Float64Array.from({ length: LENGTH }, (_, t) => (t > place ? 3 : 0) + standardNormal(rng));
    const { mean, sd } = momentsOf(sample(rng, x, 500));
    // A seventh of the prior's width, whose standard deviation is 12.7.
    expect(sd).toBeLessThan(LENGTH / 7);
    return Math.abs(mean - place);
  });
  expect(Math.max(...errors)).toBeLessThan(LENGTH / 7);
});

test("a long row is summarised without being asked for, and the line says how", async () => {
  const notices: string[] = [];
  const { spec } = await train(npe({ numEpochs: 1, density: "autoregressive" }), simulations, {
    seed: 1,
    onNotice: (line) => notices.push(line),
  });
  expect(spec.embedding.kind).toBe("mlp");
  expect(notices).toEqual([
    'x has 44 inputs, which a network summarises (embedding "mlp"; for a series pass "conv1d").',
  ]);
});
