import { sbibmTask } from "@poolish/testkit";
import { readSbibmObservation, readSbibmText } from "@poolish/testkit/node";
import { describe, expect, test } from "vitest";

interface Golden {
  readonly task: string;
  readonly observation: 1 | 2;
  readonly theta: Float64Array;
  readonly logLikelihood: string;
  readonly logPrior: string;
}

const goldens = (await readSbibmText("loglik_golden.csv"))
  .trim()
  .split("\n")
  .slice(1)
  .map((line): Golden => {
    const [task, observation, , theta, logLikelihood, logPrior] = line.split(",");
    const values = Float64Array.from(theta.split(" "), Number);
    return { task, observation: observation === "1" ? 1 : 2, theta: values, logLikelihood, logPrior };
  });

/** Half a unit of the last digit printed, and the rounding of a few operations. */
function printedTolerance(text: string): number {
  const decimals = text.split(".")[1]?.length ?? 0;
  return 0.5 * 10 ** -decimals + 1e-12 * Math.abs(Number(text)) + 1e-12;
}

function expectPrinted(value: number, text: string, extra = 0): void {
  expect(Math.abs(value - Number(text))).toBeLessThanOrEqual(printedTolerance(text) + extra);
}

/**
 * How far two solvers may differ where the golden's own solution is only known to 1e-8 relative (Tsit5 of the authors) or
 * where θ stands in front of steep curvature: the SIR likelihood of 10,000 tests moves by up to 1000 for a relative change
 * of 1 in I, hence 1e-8 × 1000.
 */
const SOLVER: Readonly<Record<string, number>> = { sir: 1e-5 };

const pointwise = goldens.filter(({ task }) => task !== "bernoulli_glm_raw");

test("there is a golden for each task with a likelihood of its own", () => {
  expect(new Set(goldens.map(({ task }) => task)).size).toBe(8);
  expect(goldens).toHaveLength(64);
});

test.each(pointwise)("$task, observation $observation: likelihood and prior to all printed digits", async (golden) => {
  const task = sbibmTask(golden.task);
  const x = await readSbibmObservation(task.name, golden.observation);
  const gradient = new Float64Array(golden.theta.length);
  expectPrinted(task.logLikelihood(golden.theta, x, gradient), golden.logLikelihood, SOLVER[golden.task]);
  expectPrinted(task.logPrior(golden.theta, gradient), golden.logPrior);
});

describe("bernoulli_glm", () => {
  const raw = goldens.filter(({ task }) => task === "bernoulli_glm_raw");

  // The spikes of the observation are not on file, but their sufficient statistics are, in single precision.
  test.each(raw)("observation $observation: the golden of the spikes, from their summary", async (golden) => {
    const task = sbibmTask("bernoulli_glm");
    const x = await readSbibmObservation("bernoulli_glm", golden.observation);
    const gradient = new Float64Array(10);
    // A sum of up to 100 float32 numbers in some order: at most 100 roundings of its size, and the printed digits.
    const summaryError = golden.theta.reduce(
      (sum, theta, p) => sum + Math.abs(theta) * (100 * 2 ** -24 * Math.abs(x[p]) + 1e-6),
      0,
    );
    expectPrinted(task.logLikelihood(golden.theta, x, gradient), golden.logLikelihood, summaryError);
    expectPrinted(task.logPrior(golden.theta, gradient), golden.logPrior, 1e-7 * Math.abs(Number(golden.logPrior)));
  });
});
