import type { Likelihood, LogPartsBatch, Rng, TemperedDensity } from "@poolish/core";
import { bijectorFor } from "@poolish/math";
import { familySampler } from "../tape/familySampler.ts";
import type { Instruction, Slot } from "../tape/instruction.ts";
import { latentDensity } from "../tape/latentDensity.ts";
import { learnedPriorSampler } from "../tape/learnedPriorStep.ts";
import { linkSteps } from "../tape/linkSteps.ts";
import type { Step } from "../tape/step.ts";
import type { CompiledModel } from "./compiledModel.ts";
import { batchCapacity, learnedBatches } from "./learnedBatch.ts";
import { addUp, temperedBatch } from "./temperedBatch.ts";

/**
 * The model as prior times likelihood, on the unconstrained scale: what tempering needs. The prior is what latent sites
 * say, with their Jacobians; the likelihood is what observations and factors say, computed as posterior minus prior;
 * `logPartsBatch` computes both in one pass, and learned likelihoods for many positions in one call. Buffers of its own;
 * evaluation allocates nothing after the first call.
 */
export function temperedModel(model: CompiledModel, likelihoods: readonly Likelihood[]): TemperedDensity {
  const { layout, instructions } = model;
  const { values, adjoints, steps } = linkSteps(model, likelihoods);
  const priorSteps = steps.filter((_, i) => !isLikelihood(instructions[i], model));
  const plainSteps = steps.filter((_, i) => isLikelihood(instructions[i], model) && instructions[i].op !== "learned");
  const priorGradient = new Float64Array(layout.dim);
  const evaluate = (chosen: readonly Step[], position: Float64Array, gradient: Float64Array): number => {
    values.set(position);
    const total = addUp(chosen);
    if (!Number.isFinite(total)) return total;
    adjoints.fill(0);
    for (let i = chosen.length - 1; i >= 0; i--) chosen[i].backward();
    for (let i = 0; i < layout.dim; i++) gradient[i] = adjoints[i];
    return total;
  };
  const drawPrior = priorSampler(model, likelihoods, steps, values);
  let batch: LogPartsBatch | undefined;
  const linkBatch = (): LogPartsBatch => {
    const capacity = batchCapacity(model);
    const learned = learnedBatches(model, likelihoods, capacity);
    return temperedBatch({ dim: layout.dim, values, adjoints, priorSteps, plainSteps, learned, capacity });
  };
  return {
    dim: layout.dim,
    valueAndGradient: (position, gradient) => evaluate(steps, position, gradient),
    logPrior: (position, gradient) => evaluate(priorSteps, position, gradient),
    logLikelihood(position, gradient) {
      const prior = evaluate(priorSteps, position, priorGradient);
      const posterior = evaluate(steps, position, gradient);
      for (let i = 0; i < layout.dim; i++) gradient[i] -= priorGradient[i];
      return Number.isFinite(prior) ? posterior - prior : prior;
    },
    logPartsBatch(...rows) {
      // Its buffers are large: they wait for the first call.
      batch ??= linkBatch();
      batch(...rows);
    },
    samplePrior(rng, position) {
      drawPrior(rng);
      for (let i = 0; i < layout.dim; i++) position[i] = values[i];
    },
  };
}

/** Observations and factors; a latent site's log-density is recognised by the slot that its variable owns. */
function isLikelihood(instruction: Instruction, { instructions }: CompiledModel): boolean {
  if (instruction.op === "learned" || instruction.op === "factor") return true;
  if (instruction.op !== "logDensity") return false;
  const { offset } = instruction.x;
  return !instructions.some((other) => other.op === "constrain" && other.out.offset === offset);
}

/** Runs the tape forward, with each latent value drawn from its family in place of being read from the position. */
function priorSampler(
  model: CompiledModel,
  likelihoods: readonly Likelihood[],
  steps: readonly Step[],
  values: Float64Array,
): (rng: Rng) => void {
  const actions = model.instructions.map((instruction, i): ((rng: Rng) => void) => {
    if (instruction.op === "constrain") return siteSampler(model, likelihoods, instruction, values);
    if (!("out" in instruction)) return () => undefined;
    return () => {
      steps[i].forward();
    };
  });
  return (rng) => {
    for (const action of actions) action(rng);
  };
}

function siteSampler(
  { instructions }: CompiledModel,
  likelihoods: readonly Likelihood[],
  { support, a: u, out: x }: Extract<Instruction, { op: "constrain" }>,
  values: Float64Array,
): (rng: Rng) => void {
  const draw = latentSampler(instructions, likelihoods, x, values);
  const bijector = bijectorFor(support, x.size);
  const xView = values.subarray(x.offset, x.offset + x.size);
  const uView = values.subarray(u.offset, u.offset + u.size);
  return (rng) => {
    draw(rng, xView);
    bijector.unconstrain(xView, uView);
  };
}

/** Draws a latent value in the place `x`; one of a learned prior is drawn with the first of its coordinates, and stays. */
function latentSampler(
  instructions: readonly Instruction[],
  likelihoods: readonly Likelihood[],
  x: Slot,
  values: Float64Array,
): (rng: Rng, out: Float64Array) => void {
  const site = latentDensity(instructions, x);
  if (site.op === "logDensity") return familySampler(site, values);
  return site.coordinates[0].offset === x.offset ? learnedPriorSampler(site, likelihoods, values) : () => {};
}
