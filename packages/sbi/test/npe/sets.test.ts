import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expectRejection } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { joinSimulations } from "../../src/joinSimulations.ts";
import { nle } from "../../src/nle.ts";
import { npe } from "../../src/npe/npe.ts";
import { simulate } from "../../src/simulate.ts";
import { simulationsFromParquet, simulationsToParquet } from "../../src/simulationsParquet.ts";
import { train } from "../../src/train.ts";
import { exactPosterior, gaussianMean, gaussianPrior, momentsOf } from "../support/gaussianMean.ts";

const sets = { simulator: gaussianMean, prior: gaussianPrior, count: 1500, seed: 1, trials: [1, 30] } as const;
const simulations = await simulate(sets);

describe("simulations of sets", () => {
  test("have between the fewest and the most trials, as many of each order of magnitude", () => {
    const numTrials = simulations.numTrials ?? new Int32Array(0);
    expect(numTrials.length).toBe(1500);
    expect(Math.min(...numTrials)).toBe(1);
    expect(Math.max(...numTrials)).toBe(30);
    const share = numTrials.filter((n) => n <= 5).length / 1500;
    const expected = Math.log(6) / Math.log(31);
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / 1500));
    expect(simulations.x.length).toBe(numTrials.reduce((sum, n) => sum + n, 0));
  });

  test("the trials of a simulation share θ, and are not equal", () => {
    const { theta, x, numTrials = new Int32Array(0) } = simulations;
    let row = 0;
    let squares = 0;
    numTrials.forEach((n, i) => {
      const trials = x.subarray(row, row + n);
      row += n;
      if (n > 1) expect(trials[0]).not.toBe(trials[1]);
      for (const value of trials) squares += (value - theta[i]) ** 2;
    });
    // χ² of so many degrees of freedom, four standard deviations.
    expect(Math.abs(squares / row - 1)).toBeLessThan(4 * Math.sqrt(2 / row));
  });

  test("are joined with single ones; a set with a failed trial is left out whole", async () => {
    const single = await simulate({ ...sets, trials: [1, 1], count: 300 });
    const plain = await simulate({ simulator: gaussianMean, prior: gaussianPrior, count: 300, seed: 4 });
    expect(single.numTrials?.every((n) => n === 1)).toBe(true);
    const joined = joinSimulations(simulations, plain);
    expect(joined.numTrials?.length).toBe(1800);
    expect(joined.numTrials?.subarray(1500).every((n) => n === 1)).toBe(true);
    const x = simulations.x.slice();
    x[x.length - 1] = Number.NaN;
    const { spec } = await train(
      npe({ numEpochs: 1 }),
      { ...simulations, x },
      { seed: 1, onNotice() {}, onWarning() {} },
    );
    expect(spec.provenance.numDropped).toBe(1);
  });

  test("are kept in a file, one row a trial", async () => {
    const bytes = simulationsToParquet(simulations);
    expect(await simulationsFromParquet(bytes)).toEqual(simulations);
  });

  test("are refused by likelihood estimators, with what to do", async () => {
    await expectRejection(() => train(nle(), simulations, { seed: 1 }), { kind: "input", field: "trials" }, /sets/);
  });
});

test("a set estimator contracts as the exact posterior does, at sizes that it was trained on", async () => {
  const notices: string[] = [];
  const estimator = await train(npe({ numEpochs: 25 }), simulations, {
    seed: 1,
    onNotice: (line) => notices.push(line),
  });
  expect(notices[0]).toMatch(/set of 1 to 30 trials/);
  const rng = rngFromSeed(3);
  for (const size of [1, 5, 30]) {
    let squaredError = 0;
    let ratio = 0;
    const repeats = 20;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const mu = standardNormal(rng);
      const x = Float64Array.from({ length: size }, () => mu + standardNormal(rng));
      const exact = exactPosterior(x);
      const { mean, sd } = momentsOf(estimator.sample(rng, x, 1000));
      squaredError += ((mean - exact.mean) / exact.sd) ** 2 / repeats;
      ratio += sd / exact.sd / repeats;
    }
    // 1,500 small sets in a few seconds: a third of an sd, and a fifth of its size. bench/posteriors.ts has the real bars.
    expect(Math.sqrt(squaredError)).toBeLessThan(0.33);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.2);
  }
}, 60_000);
