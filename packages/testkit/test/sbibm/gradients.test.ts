import { rngFromSeed } from "@poolish/core";
import { SBIBM_TASK_NAMES, sbibmPosterior, sbibmTask } from "@poolish/testkit";
import { describe, expect, test } from "vitest";

type Evaluate = (at: Float64Array, gradient: Float64Array) => number;

/** Fourth-order central differences with h = 1e-4 of the argument's size; each value carries about 1e-13 of the largest one. */
function expectGradient(evaluate: Evaluate, at: Float64Array): void {
  const gradient = new Float64Array(at.length);
  const ignored = new Float64Array(at.length);
  evaluate(at, gradient);
  for (let p = 0; p < at.length; p++) {
    const h = 1e-4 * Math.abs(at[p]);
    const valueAt = (steps: number): number => {
      const moved = at.slice();
      moved[p] += steps * h;
      return evaluate(moved, ignored);
    };
    const slope = (8 * (valueAt(1) - valueAt(-1)) - (valueAt(2) - valueAt(-2))) / (12 * h);
    const rounding = (1e-13 * (1 + Math.abs(evaluate(at, ignored)))) / h;
    const scale = Math.hypot(...gradient);
    expect(Math.abs(slope - gradient[p]), `parameter ${p}: ${slope} or ${gradient[p]}`).toBeLessThan(
      1e-6 * scale + 10 * rounding,
    );
  }
}

describe.each(SBIBM_TASK_NAMES)("%s", (name) => {
  const task = sbibmTask(name);
  const dim = task.parameters.length;
  const theta = new Float64Array(dim);
  const x = new Float64Array(task.columns.length);

  test.each([1, 2, 3, 4, 5])("gradients are those of finite differences, prior draw %d", (seed) => {
    const rng = rngFromSeed(seed);
    task.samplePrior(rng, theta);
    task.simulate(rng, theta, x);
    expectGradient((at, gradient) => task.logLikelihood(at, x, gradient), theta);
    expectGradient((at, gradient) => task.logPrior(at, gradient), theta);
    const posterior = sbibmPosterior(task, x);
    const position = new Float64Array(dim);
    posterior.samplePrior(rngFromSeed(seed), position);
    expectGradient(posterior.valueAndGradient, position);
    expectGradient(posterior.logPrior, position);
    expectGradient(posterior.logLikelihood, position);
  });

  test("value and gradient of the posterior are the sums of those of prior and likelihood", () => {
    const rng = rngFromSeed(7);
    task.samplePrior(rng, theta);
    task.simulate(rng, theta, x);
    const posterior = sbibmPosterior(task, x);
    const position = new Float64Array(dim);
    posterior.samplePrior(rngFromSeed(7), position);
    const [whole, prior, likelihood] = [new Float64Array(dim), new Float64Array(dim), new Float64Array(dim)];
    const value = posterior.valueAndGradient(position, whole);
    expect(value).toBe(posterior.logPrior(position, prior) + posterior.logLikelihood(position, likelihood));
    expect(whole).toEqual(prior.map((each, p) => each + likelihood[p]));
    const back = new Float64Array(dim);
    posterior.constrain(position, back);
    for (let p = 0; p < dim; p++) expect(back[p]).toBeCloseTo(theta[p], 12);
  });
});
