/**
 * How far the imported network itself is off: the parameters of the shared population of each experiment of bench/lanCoverage.ts, by
 * maximum likelihood from many fresh trials without lapses, beside the truth, and in posterior standard deviations of as many trials as an
 * experiment has. npm run bench:lan-bias [-- experiments trials]
 */
import { rngFromSeed } from "@poolish/core";
import { solvePositiveDefinite } from "@poolish/math";
import { simulateAngle } from "../examples/diffusion/angleSimulator.ts";
import { angleNetwork, runExperiment } from "../examples/diffusion/diffusion.ts";

const [experiments = 4, count = 400_000] = process.argv.slice(2).map(Number);
const network = angleNetwork();
const NAMES = ["v", "a", "z", "t", "theta"] as const;
/** Of central differences of the gradient. */
const STEPS = [1e-2, 5e-3, 3e-3, 3e-3, 1e-2];
const NEWTON_STEPS = 6;
const EXPERIMENT = 2000;

type Point = readonly number[];
type Evaluate = (theta: Point) => { readonly value: number; readonly gradient: Point };

function logLikelihood(seed: number, truth: Point): Evaluate {
  const rng = rngFromSeed(seed);
  const [v, a, z, t, theta] = truth;
  const trials = Array.from({ length: count }, () => simulateAngle(rng, { v, a, z, t, theta }));
  const columns = { rt: trials.map(({ rt }) => rt), response: trials.map(({ response }) => response) };
  const bound = network.bind(columns, new Int32Array(count), 1);
  const logTerms = new Float64Array(bound.numTerms);
  return (at) => {
    const gradient = new Float64Array(NAMES.length);
    bound.evaluate(Float64Array.from(at), logTerms);
    bound.pullback(bound.multiplicity, gradient);
    return { value: logTerms.reduce((sum, term, i) => sum + term * bound.multiplicity[i], 0), gradient: [...gradient] };
  };
}

/** The negative matrix of second derivatives, row-major. */
function information(evaluate: Evaluate, at: Point): Float64Array {
  const rows = STEPS.map((step, k) => {
    const [above, below] = [step, -step].map((d) => evaluate(at.map((value, j) => value + (j === k ? d : 0))).gradient);
    return above.map((value, j) => (below[j] - value) / (2 * step));
  });
  return Float64Array.from(rows.flatMap((row, i) => row.map((value, j) => (value + rows[j][i]) / 2)));
}

function solve(matrix: Float64Array, right: Point): Point {
  const solution = solvePositiveDefinite(matrix, Float64Array.from(right));
  if (solution === undefined) throw new Error("the log-likelihood has no maximum near the truth");
  return [...solution];
}

/** From the truth uphill; standard errors are those of the curvature at the end. */
function maximum(evaluate: Evaluate, truth: Point): { readonly at: Point; readonly errors: Point } {
  let at = truth;
  for (let k = 0; k < NEWTON_STEPS; k++) {
    const { value, gradient } = evaluate(at);
    const direction = solve(information(evaluate, at), gradient);
    const moved = (length: number): Point => at.map((entry, p) => entry + length * direction[p]);
    let length = 1;
    while (length > 1e-3 && !(evaluate(moved(length)).value >= value - 1e-3)) length /= 2;
    at = moved(length);
  }
  const curvature = information(evaluate, at);
  const errors = NAMES.map((_, p) =>
    Math.sqrt(
      solve(
        curvature,
        NAMES.map((__, j) => Number(j === p)),
      )[p],
    ),
  );
  return { at, errors };
}

const ofExperiment = Math.sqrt(EXPERIMENT / count);
console.log(
  `estimate − truth ± standard error, ${count} trials each (the same in posterior sds of ${EXPERIMENT} trials)`,
);
for (let seed = 1; seed <= experiments; seed++) {
  const { population } = runExperiment(seed);
  const truth = NAMES.map((name) => population[name]);
  const { at, errors } = maximum(logLikelihood(1000 + seed, truth), truth);
  const cells = NAMES.map((name, p) => {
    const off = at[p] - truth[p];
    const share = (ofExperiment * off) / errors[p];
    return `${name} ${truth[p].toFixed(2)}: ${off.toFixed(4)} ± ${errors[p].toFixed(4)} (${share.toFixed(2)})`;
  });
  console.log(`experiment ${seed}: ${cells.join(", ")}; (± ${ofExperiment.toFixed(2)})`);
}
