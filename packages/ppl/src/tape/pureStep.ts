import { binaryStep } from "./binaryStep.ts";
import { dotStep } from "./dotStep.ts";
import type { Layout, PureInstruction } from "./instruction.ts";
import { reduceStep } from "./reduceStep.ts";
import { gatherStep, sumStep } from "./selectionSteps.ts";
import { stackStep } from "./stackStep.ts";
import type { Step, TapeBuffers } from "./step.ts";
import { unaryStep } from "./unaryStep.ts";

/** The step of an instruction that only computes values: linked into tapes, and run once on known values by the tracer. */
export function pureStep(instruction: PureInstruction, layout: Layout, buffers: TapeBuffers): Step {
  switch (instruction.op) {
    case "unary":
      return unaryStep(instruction.name, instruction.a, instruction.out, buffers);
    case "binary":
      return binaryStep(instruction, layout, buffers);
    case "gather":
      return gatherStep(instruction.a, instruction.index, instruction.out, buffers);
    case "sum":
      return sumStep(instruction.a, instruction.out, buffers);
    case "reduce":
      return reduceStep(instruction, buffers);
    case "dot":
      return dotStep(instruction, layout, buffers);
    case "stack":
      return stackStep(instruction, buffers);
  }
}
