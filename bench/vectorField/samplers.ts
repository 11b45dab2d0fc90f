/** Do draws by the ODE and by the SDE of one estimator agree, and what do few steps cost? C2ST of 10,000 and 10,000 draws. */
import { c2st } from "@poolish/checks";
import { rngFromSeed } from "@poolish/core";
import { type FieldSampling, simulate, train, vectorField } from "@poolish/sbi";
import { sbibmSimulator, sbibmTask } from "@poolish/testkit";

const VARIANTS: readonly FieldSampling[] = [
  { method: "sde" },
  { method: "sde", steps: 32 },
  { method: "sde", steps: 32, corrections: 1 },
  { method: "ode" },
  { method: "ode", steps: 4 },
  { method: "ode", steps: 3 },
  { method: "ode", tolerance: 1e-2 },
];

export async function benchSamplers(task: "two_moons" | "gaussian_mixture", numDraws: number): Promise<void> {
  const sbibm = sbibmTask(task);
  const parameters = sbibm.parameters.map(({ name, support }) => {
    if (support.kind !== "interval") throw new Error(`${name} is no interval`);
    return { name, support };
  });
  const prior = { parameters, sample: sbibm.samplePrior };
  const simulations = await simulate({ simulator: sbibmSimulator(sbibm), prior, count: 10_000, seed: 1 });
  const estimator = await train(vectorField(), simulations, { seed: 1 });
  const x = simulations.x.slice(0, sbibm.columns.length);
  const numColumns = parameters.length;
  const reference = { values: estimator.sample(rngFromSeed(1), x, numDraws, { tolerance: 1e-5 }), numColumns };
  for (const options of VARIANTS) {
    const start = performance.now();
    const values = estimator.sample(rngFromSeed(2), x, numDraws, options);
    const seconds = (performance.now() - start) / 1000;
    const { accuracy } = await c2st(reference, { values, numColumns }, { mode: "exact", seed: 1 });
    console.log(
      `${task} ${JSON.stringify(options)}: C2ST ${accuracy.toFixed(3)} to the ODE at 1e-5, ${seconds.toFixed(1)} s`,
    );
  }
}
