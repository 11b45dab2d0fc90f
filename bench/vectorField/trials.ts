/** Five independent trials of a Gaussian in two dimensions (sbi's test of composition): θ ~ N(0, I), x ~ N(θ, 0.9 I), each x = (1, 1). */
import { type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { normal, simulate, train, vectorField } from "@poolish/sbi";

const VARIANCE = 0.9;

const simulator = {
  name: "gaussian",
  parameters: ["a", "b"],
  columns: [
    { name: "x", kind: "continuous" },
    { name: "y", kind: "continuous" },
  ] as const,
  simulate(rng: Rng, theta: Float64Array, out: Float64Array) {
    for (let d = 0; d < 2; d++) out[d] = theta[d] + Math.sqrt(VARIANCE) * standardNormal(rng);
  },
};

interface TrialsOptions {
  readonly numTrials: number;
  readonly numSimulations: number;
  readonly numDraws: number;
  readonly firstSeed: number;
  readonly numSeeds: number;
  readonly compose: "gauss" | "jacobian";
}

export async function benchTrials({
  numTrials,
  numSimulations,
  numDraws,
  firstSeed,
  numSeeds,
  compose,
}: TrialsOptions): Promise<void> {
  const precision = 1 + numTrials / VARIANCE;
  const deviation = 1 / Math.sqrt(precision);
  const mean = numTrials / VARIANCE / precision;
  console.log(`${numTrials} trials, ${compose}: exact mean ${mean.toFixed(4)}, sd ${deviation.toFixed(4)}`);
  let numPassed = 0;
  for (let seed = firstSeed; seed < firstSeed + numSeeds; seed++) {
    const prior = { a: normal(0, 1), b: normal(0, 1) };
    const simulations = await simulate({ simulator, prior, count: numSimulations, seed });
    const start = performance.now();
    const estimator = await train(vectorField(), simulations, { seed });
    const trained = performance.now();
    const x = new Float64Array(2 * numTrials).fill(1);
    const draws = estimator.sample(rngFromSeed(seed), x, numDraws, { compose });
    const drawn = performance.now();
    const found = [0, 1].map((p) => {
      const values = Float64Array.from({ length: numDraws }, (_, i) => draws[2 * i + p]);
      const average = values.reduce((sum, value) => sum + value / numDraws, 0);
      const variance = values.reduce((sum, value) => sum + (value - average) ** 2 / numDraws, 0);
      return { shift: (average - mean) / deviation, ratio: Math.sqrt(variance) / deviation };
    });
    const isPassed = found.every(({ shift, ratio }) => Math.abs(shift) <= 0.15 && Math.abs(ratio - 1) <= 0.1);
    if (isPassed) numPassed++;
    const words = found
      .map(({ shift, ratio }) => `mean off ${shift.toFixed(3)} sd, sd ×${ratio.toFixed(3)}`)
      .join("; ");
    const seconds = `trained ${((trained - start) / 1000).toFixed(1)} s, drawn ${((drawn - trained) / 1000).toFixed(1)} s`;
    console.log(`seed ${seed}: ${words}; ${seconds}${isPassed ? "" : "  (outside)"}`);
  }
  console.log(`within .15 sd and 10 %: ${numPassed} of ${numSeeds} seeds`);
}
