import type { Choice } from "../density/choice.ts";
import type { Space } from "../density/space.ts";
import { type Starts, startsIn } from "../density/starts.ts";
import type { TermDescriptor } from "../learned/boundBatch.ts";
import type { Tape, TapeProgram } from "./tape.ts";

/** A tape as data that survives structured cloning. */
export interface SentTape extends TapeProgram {
  readonly learned: readonly { readonly term: TermDescriptor; readonly theta: Int32Array }[];
}

/** A program's density as plain data, on those paths through its branches that have been recorded. */
export interface TapedProgram {
  /** Where each choice that moves may lie, before random bounds. */
  readonly spaces: readonly Space[];
  readonly starts: readonly Starts[];
  readonly tapes: readonly SentTape[];
}

/** Undefined without a tape, and where a learned density cannot leave its thread. */
export function tapedProgram(choices: readonly Choice[], tapes: readonly Tape[]): TapedProgram | undefined {
  const sent = tapes.map(sentTape);
  if (sent.length === 0 || !sent.every((tape) => tape !== undefined)) return undefined;
  const spaces = choices.map(({ space }) => space).filter(({ length }) => length > 0);
  return { spaces, starts: startsIn(choices), tapes: sent };
}

function sentTape({ numChoices, slots, instructions, learned }: Tape): SentTape | undefined {
  const calls = learned.flatMap(({ batch, theta }) => {
    const term = batch.toDescriptor();
    return term === undefined ? [] : [{ term, theta }];
  });
  return calls.length < learned.length ? undefined : { numChoices, slots, instructions, learned: calls };
}
