import type { Likelihood, LogDensity } from "@poolish/core";
import { bijectorFor } from "@poolish/math";
import { type LearnedPriorInstruction, learnedPriorSampler } from "../tape/learnedPriorStep.ts";
import type { CompiledModel } from "./compiledModel.ts";

/**
 * Starts the coordinates of learned priors at a draw of theirs (see `LogDensity.drawStart`); undefined for models without
 * any. Buffers of its own.
 */
export function drawStart(model: CompiledModel, likelihoods: readonly Likelihood[]): LogDensity["drawStart"] {
  const priors = model.instructions.filter((each) => each.op === "learnedPrior");
  if (priors.length === 0) return undefined;
  const values = new Float64Array(model.layout.size);
  const starts = priors.map((prior) => startOf(prior, model, likelihoods, values));
  return (rng, position) => {
    for (const { draw, sites } of starts) {
      draw(rng);
      for (const { bijector, x, from, to } of sites) bijector.unconstrain(x, position.subarray(from, to));
    }
  };
}

/** Draws a prior's coordinates into `values`; `sites` say where each of them is, there and in the position. */
function startOf(
  prior: LearnedPriorInstruction,
  { instructions }: CompiledModel,
  likelihoods: readonly Likelihood[],
  values: Float64Array,
) {
  const sites = instructions.flatMap((each) => {
    if (each.op !== "constrain" || !prior.coordinates.some(({ offset }) => offset === each.out.offset)) return [];
    const { a, out, support } = each;
    const x = values.subarray(out.offset, out.offset + out.size);
    return [{ bijector: bijectorFor(support, out.size), x, from: a.offset, to: a.offset + a.size }];
  });
  return { draw: learnedPriorSampler(prior, likelihoods, values), sites };
}
