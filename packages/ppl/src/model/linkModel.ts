import type { BoundLikelihood, Likelihood, LogDensity } from "@poolish/core";
import { familyByName } from "@poolish/distributions";
import { binaryStep } from "../tape/binaryStep.ts";
import { constrainStep } from "../tape/constrainStep.ts";
import type { Instruction, RowPart } from "../tape/instruction.ts";
import { gatherTheta, learnedStep } from "../tape/learnedStep.ts";
import { logDensityStep } from "../tape/logDensityStep.ts";
import { factorStep, gatherStep, sumStep } from "../tape/selectionSteps.ts";
import type { Step, TapeBuffers } from "../tape/step.ts";
import { unaryStep } from "../tape/unaryStep.ts";
import type { CompiledModel } from "./compiledModel.ts";

/** A compiled model tied to buffers and live likelihoods: the posterior on the unconstrained scale. */
export interface LinkedModel extends LogDensity {
  readonly model: CompiledModel;
  /** The length of `out` in `constrain`: all variables' elements. */
  readonly numOutputs: number;
  /** Overwrites `out` with the constrained values of all variables, one after another in the model's order. */
  constrain(position: Float64Array, out: Float64Array): void;
  /** The θ rows of observation `index` at `position`: a fresh numRows × numParameters array. */
  thetaAt(position: Float64Array, index: number): Float64Array;
}

/**
 * Ties a compiled model to fresh buffers; `likelihoods` are those that its descriptors stand for. Evaluation allocates
 * nothing. Each call makes an independent model.
 */
export function linkModel(model: CompiledModel, likelihoods: readonly Likelihood[]): LinkedModel {
  const { layout } = model;
  const buffers = { values: new Float64Array(layout.size), adjoints: new Float64Array(layout.size) };
  for (const { offset, values } of model.constants) buffers.values.set(values, offset);
  const bound = model.observations.map(({ likelihood, columns, row, numRows }) =>
    likelihoods[likelihood].bind(columns, row, numRows),
  );
  const steps = model.instructions.map((instruction) => linkInstruction(instruction, model, bound, buffers));
  const { values, adjoints } = buffers;
  const forward = (position: Float64Array): number => {
    values.set(position);
    let total = 0;
    for (let i = 0; i < steps.length; i++) total += steps[i].forward();
    return total;
  };
  const numOutputs = model.variables.reduce((count, { slot }) => count + slot.size, 0);
  return {
    model,
    dim: layout.dim,
    numOutputs,
    valueAndGradient(position, gradient) {
      const total = forward(position);
      if (!Number.isFinite(total)) return total;
      adjoints.fill(0);
      for (let i = steps.length - 1; i >= 0; i--) steps[i].backward();
      for (let i = 0; i < layout.dim; i++) gradient[i] = adjoints[i];
      return total;
    },
    constrain(position, out) {
      forward(position);
      let at = 0;
      for (const { slot } of model.variables) {
        for (let i = 0; i < slot.size; i++) out[at++] = values[slot.offset + i];
      }
    },
    thetaAt(position, index) {
      forward(position);
      const parts = learnedParts(model, index);
      const theta = new Float64Array(model.observations[index].numRows * parts.length);
      gatherTheta(values, parts, model.observations[index].numRows, theta);
      return theta;
    },
  };
}

function learnedParts(model: CompiledModel, index: number): readonly RowPart[] {
  for (const instruction of model.instructions) {
    if (instruction.op === "learned" && instruction.observation === index) return instruction.parts;
  }
  throw new Error(`observation ${index} has no instruction`);
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
