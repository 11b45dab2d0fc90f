import type { Likelihood, LogDensity } from "@poolish/core";
import { adjointBlocks } from "../tape/adjointBlocks.ts";
import { copyBlock, fillBlock } from "../tape/blocks.ts";
import { inputSlots } from "../tape/inputSlots.ts";
import type { RowPart } from "../tape/instruction.ts";
import { gatherTheta } from "../tape/learnedStep.ts";
import { linkFusedSteps } from "../tape/linkSteps.ts";
import type { MergedInstruction } from "../tape/mergeRows.ts";
import type { Step } from "../tape/step.ts";
import { withoutIdentities } from "../tape/withoutIdentities.ts";
import type { CompiledModel } from "./compiledModel.ts";
import { drawStart } from "./drawStart.ts";

/** A compiled model tied to buffers and live likelihoods: the posterior on the unconstrained scale. */
export interface LinkedModel extends LogDensity {
  readonly model: CompiledModel;
  /** The length of `out` in `constrain`: all variables' elements. */
  readonly numOutputs: number;
  /** Overwrites `out` with the constrained values of all variables, one after another in the model's order. */
  constrain(position: Float64Array, out: Float64Array): void;
  /**
   * The θ rows of observation `index` at `position`: a fresh numRows × numParameters array; the lapse probability is one
   * more parameter, the last, where trials may be lapses.
   */
  thetaAt(position: Float64Array, index: number): Float64Array;
  /** What first makes the log-density NaN or infinite at `position`: a site's name, or "factor"; undefined if nothing does. */
  nonFiniteSite(position: Float64Array): string | undefined;
}

/**
 * Ties a compiled model to fresh buffers; `likelihoods` are those that its descriptors stand for. Evaluation allocates
 * nothing. Each call makes an independent model.
 */
export function linkModel(model: CompiledModel, likelihoods: readonly Likelihood[]): LinkedModel {
  const { layout } = model;
  const read = withoutIdentities(model);
  const { values, adjoints, steps, instructions } = linkFusedSteps(read, likelihoods);
  const blocks = adjointBlocks(instructions, layout);
  const isAsked = asksFor(read, instructions);
  const valueSteps = steps.filter((_, i) => isAsked[i]);
  const replayValues = (position: Float64Array): void => {
    copyBlock(position, values);
    for (let i = 0; i < valueSteps.length; i++) valueSteps[i].forward();
  };
  const start = drawStart(model, likelihoods);
  return {
    ...(start && { drawStart: start }),
    model,
    dim: layout.dim,
    numOutputs: model.variables.reduce((count, { slot }) => count + slot.size, 0),
    valueAndGradient(position, gradient) {
      copyBlock(position, values);
      const total = addUp(steps);
      if (!Number.isFinite(total)) return total;
      for (let i = 0; i < blocks.length; i++) fillBlock(adjoints, blocks[i].from, blocks[i].to, 0);
      for (let i = steps.length - 1; i >= 0; i--) steps[i].backward();
      for (let i = 0; i < layout.dim; i++) gradient[i] = adjoints[i];
      return total;
    },
    constrain(position, out) {
      replayValues(position);
      copyVariables(read, values, out);
    },
    thetaAt(position, index) {
      replayValues(position);
      return thetaRows(read, index, values);
    },
    nonFiniteSite(position) {
      copyBlock(position, values);
      const fault = steps.findIndex((step) => !Number.isFinite(step.forward()));
      return fault < 0 ? undefined : siteOf(model, instructions[fault]);
    },
  };
}

/**
 * The log-density. Ends at the first contribution that is not finite, because a later step may turn "off the support"
 * into NaN. +Infinity, an unbounded density, is a numerical failure like NaN.
 */
function addUp(steps: readonly Step[]): number {
  let total = 0;
  for (let i = 0; i < steps.length; i++) {
    total += steps[i].forward();
    if (!Number.isFinite(total)) return total === -Infinity ? total : NaN;
  }
  return total;
}

/** For each instruction, whether recorded values or θ depend on it: the likelihood of plain data need not run for them. */
function asksFor({ variables }: CompiledModel, instructions: readonly MergedInstruction[]): readonly boolean[] {
  const asked = new Set(variables.map(({ slot }) => slot.offset));
  const isAsked = instructions.toReversed().map((instruction) => {
    const isLearned = instruction.op === "learned";
    const isValue = "out" in instruction && asked.has(instruction.out.offset);
    if (isLearned || isValue) for (const { offset } of inputSlots(instruction)) asked.add(offset);
    return isValue;
  });
  return isAsked.reverse();
}

function copyVariables({ variables }: CompiledModel, values: Float64Array, out: Float64Array): void {
  let at = 0;
  for (const { slot } of variables) {
    for (let i = 0; i < slot.size; i++) out[at++] = values[slot.offset + i];
  }
}

function thetaRows(model: CompiledModel, index: number, values: Float64Array): Float64Array {
  const { numRows } = model.observations[index];
  const parts = learnedParts(model, index);
  const theta = new Float64Array(numRows * parts.length);
  gatherTheta(values, parts, numRows, theta);
  return theta;
}

function siteOf({ observations }: CompiledModel, instruction: MergedInstruction): string | undefined {
  if (instruction.op === "learned") return observations[instruction.observation].site;
  return "site" in instruction ? instruction.site : instruction.op;
}

function learnedParts(model: CompiledModel, index: number): readonly RowPart[] {
  for (const instruction of model.instructions) {
    if (instruction.op === "learned" && instruction.observation === index) return instruction.parts;
  }
  throw new Error(`observation ${index} has no instruction`);
}
