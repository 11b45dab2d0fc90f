import type { BoundLikelihood, Likelihood } from "@poolish/core";
import { familyByName } from "@poolish/distributions";
import type { CompiledModel } from "../model/compiledModel.ts";
import { binaryStep } from "./binaryStep.ts";
import { constrainStep } from "./constrainStep.ts";
import type { Instruction } from "./instruction.ts";
import { learnedStep } from "./learnedStep.ts";
import { logDensityStep } from "./logDensityStep.ts";
import { factorStep, gatherStep, sumStep } from "./selectionSteps.ts";
import type { Step, TapeBuffers } from "./step.ts";
import { unaryStep } from "./unaryStep.ts";

/** The steps of a tape, in the order of its instructions, over buffers of their own. */
export interface LinkedSteps extends TapeBuffers {
  readonly steps: readonly Step[];
}

/** Ties each instruction to fresh buffers that hold the model's constants, and each observation to its likelihood. */
export function linkSteps(model: CompiledModel, likelihoods: readonly Likelihood[]): LinkedSteps {
  const { layout, instructions, observations } = model;
  const buffers = { values: new Float64Array(layout.size), adjoints: new Float64Array(layout.size) };
  for (const constant of model.constants) buffers.values.set(constant.values, constant.offset);
  const bound = observations.map(({ likelihood, columns, row, numRows }) =>
    likelihoods[likelihood].bind(columns, row, numRows),
  );
  return { ...buffers, steps: instructions.map((instruction) => linkInstruction(instruction, model, bound, buffers)) };
}

function linkInstruction(
  instruction: Instruction,
  { layout, observations }: CompiledModel,
  bound: readonly BoundLikelihood[],
  buffers: TapeBuffers,
): Step {
  switch (instruction.op) {
    case "unary":
      return unaryStep(instruction.name, instruction.a, instruction.out, buffers);
    case "binary":
      return binaryStep(instruction.name, instruction.a, instruction.b, instruction.out, buffers);
    case "gather":
      return gatherStep(instruction.a, instruction.index, instruction.out, buffers);
    case "sum":
      return sumStep(instruction.a, instruction.out, buffers);
    case "constrain":
      return constrainStep(instruction.support, instruction.a, instruction.out, buffers);
    case "logDensity": {
      const slots = [instruction.x, ...instruction.parameters];
      return logDensityStep(familyByName(instruction.family), instruction.count, slots, layout, buffers);
    }
    case "learned": {
      const { observation, parts } = instruction;
      return learnedStep(bound[observation], observations[observation].numRows, parts, layout, buffers);
    }
    case "factor":
      return factorStep(instruction.a, buffers);
  }
}
