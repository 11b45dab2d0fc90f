import type { LogDensity } from "@poolish/core";
import { copyInto, layoutOf } from "../density/layout.ts";
import { bijectorOf } from "../density/space.ts";
import { drawStart } from "../density/starts.ts";
import type { BoundTerm, TermDescriptor } from "../learned/boundBatch.ts";
import { runTape } from "./runTape.ts";
import type { SentTape, TapedProgram } from "./tapedProgram.ts";

/** Thrown where the program would take a path that no tape holds. */
const UNTAPED = new Error("no tape holds here");

/** True when `error`, or what it was caused by, says that no tape holds. */
export function isUntaped(error: unknown): boolean {
  return error === UNTAPED || (error instanceof Error && error.cause === UNTAPED);
}

/**
 * The log-density of a program that was sent: to the bit what `programDensity` has on the paths that are on tape.
 * Elsewhere it throws, see `isUntaped`.
 */
export async function linkProgram(
  { spaces, starts, tapes }: TapedProgram,
  revive: (term: TermDescriptor) => Promise<BoundTerm>,
): Promise<LogDensity> {
  const layout = layoutOf(spaces.map((space) => ({ space, bijector: bijectorOf(space) })));
  const running = await Promise.all(tapes.map((tape) => link(tape, revive)));
  const start = drawStart(starts);
  return {
    ...(start && { drawStart: start }),
    dim: layout.dim,
    valueAndGradient(position, gradient) {
      copyInto(layout.position, position);
      const logJacobian = layout.constrain();
      for (const tape of running) {
        const value = tape.evaluate(layout.x);
        if (value === undefined) continue;
        if (Number.isFinite(value)) {
          tape.backpropagate(layout.xGradient);
          layout.pullback();
        }
        copyInto(gradient, layout.gradient);
        return value + logJacobian;
      }
      throw UNTAPED;
    },
  };
}

async function link(tape: SentTape, revive: (term: TermDescriptor) => Promise<BoundTerm>) {
  const learned = await Promise.all(
    tape.learned.map(async ({ term, theta }) => ({ theta, batch: await revive(term) })),
  );
  return runTape({ ...tape, learned });
}
