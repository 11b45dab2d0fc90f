import type { BoundLikelihood, Likelihood } from "@poolish/core";
import { familyFrom } from "@poolish/distributions";
import { observedLikelihood } from "../learned/observedLikelihood.ts";
import { densityOf } from "../learned/priorLikelihood.ts";
import type { CompiledModel } from "../model/compiledModel.ts";
import { constrainStep } from "./constrainStep.ts";
import { fuseLinear } from "./fuseLinear.ts";
import { groupedStep, weightedStep } from "./groupedStep.ts";
import type { Layout } from "./instruction.ts";
import { learnedPriorStep } from "./learnedPriorStep.ts";
import { learnedStep } from "./learnedStep.ts";
import { linearStep } from "./linearStep.ts";
import { logDensityStep, summedLogDensityStep } from "./logDensityStep.ts";
import { type MergedInstruction, mergeRows } from "./mergeRows.ts";
import { pureStep } from "./pureStep.ts";
import { factorStep } from "./selectionSteps.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** The steps of a tape, in the order of its instructions, over buffers of their own. */
export interface LinkedSteps extends TapeBuffers {
  readonly steps: readonly Step[];
}

/** A tape for speed: its steps belong to `instructions`, which are fewer than the model's. */
export interface FusedSteps extends LinkedSteps {
  readonly instructions: readonly MergedInstruction[];
}

type LinkLogDensity = typeof logDensityStep;

/** Ties each instruction to fresh buffers that hold the model's constants, and each observation to its likelihood. */
export function linkSteps(model: CompiledModel, likelihoods: readonly Likelihood[]): LinkedSteps {
  return link(model, likelihoods, model.instructions, logDensityStep);
}

/**
 * The same values and the same target up to rounding, in fewer and faster steps: results that are neither recorded nor
 * read twice may be left out of `values`, and log-densities come as sums, without their terms.
 */
export function linkFusedSteps(model: CompiledModel, likelihoods: readonly Likelihood[]): FusedSteps {
  const recorded = model.variables.map(({ slot }) => slot);
  const fused = fuseLinear(model.instructions, recorded);
  const merged = mergeRows(fused, model.layout, bufferOfConstants(model.layout, model.constants), recorded);
  const { instructions, layout } = merged;
  const constants = [...model.constants, ...merged.constants];
  return { instructions, ...link({ ...model, layout, constants }, likelihoods, instructions, summedLogDensityStep) };
}

function link(
  model: CompiledModel,
  likelihoods: readonly Likelihood[],
  instructions: readonly MergedInstruction[],
  linkLogDensity: LinkLogDensity,
): LinkedSteps {
  const { layout, observations } = model;
  const buffers = { values: bufferOfConstants(layout, model.constants), adjoints: new Float64Array(layout.size) };
  const bound = observations.map((observation) => {
    const { likelihood, columns, row, numRows } = observation;
    return observedLikelihood(likelihoods[likelihood], observation).bind(columns, row, numRows);
  });
  const steps = instructions.map((each) => {
    if (each.op !== "learnedPrior") return linkInstruction(each, model, bound, buffers, linkLogDensity);
    const densities = each.densities.map((number) => densityOf(likelihoods[number]));
    return learnedPriorStep(densities, each.coordinates, buffers);
  });
  return { ...buffers, steps };
}

function bufferOfConstants({ size }: Layout, constants: CompiledModel["constants"]): Float64Array {
  const values = new Float64Array(size);
  for (const constant of constants) values.set(constant.values, constant.offset);
  return values;
}

function linkInstruction(
  instruction: Exclude<MergedInstruction, { readonly op: "learnedPrior" }>,
  { layout, observations }: CompiledModel,
  bound: readonly BoundLikelihood[],
  buffers: TapeBuffers,
  linkLogDensity: LinkLogDensity,
): Step {
  switch (instruction.op) {
    case "linear":
      return linearStep(instruction, layout, buffers);
    case "grouped":
      return groupedStep(instruction, layout, buffers);
    case "weighted":
      return weightedStep(instruction, layout, buffers);
    case "constrain":
      return constrainStep(instruction.support, instruction.a, instruction.out, buffers);
    case "logDensity": {
      const slots = [instruction.x, ...instruction.parameters];
      return linkLogDensity(
        familyFrom(instruction.family),
        instruction.count,
        slots,
        instruction.widths,
        layout,
        buffers,
      );
    }
    case "learned": {
      const { observation, parts } = instruction;
      return learnedStep(bound[observation], observations[observation].numRows, parts, layout, buffers);
    }
    case "factor":
      return factorStep(instruction.a, buffers);
    default:
      return pureStep(instruction, layout, buffers);
  }
}
