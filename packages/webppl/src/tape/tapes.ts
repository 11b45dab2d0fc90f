import { type RunningTape, runTape, type TapedDraw } from "./runTape.ts";
import type { Tape } from "./tape.ts";

/** Programs that take more paths than this through their branches are interpreted on the others. */
const MAX_TAPES = 8;

/** The tapes of one program, one a path through its branches. */
export interface Tapes {
  /** True while another path would be worth recording. */
  readonly wantsMore: boolean;
  /** Undefined: the run could not be recorded, and others will not be tried. */
  add(tape: Tape | undefined): void;
  /** The log-density at the choices' values x, undefined when no tape holds there. */
  evaluate(x: Float64Array): number | undefined;
  /** Derivatives at the last evaluation; overwrites `xGradient`. */
  backpropagate(xGradient: Float64Array): void;
  /** The program at the last evaluation, undefined where no tape can tell. */
  draw(): TapedDraw | undefined;
  /** Forgets all tapes for good. */
  giveUp(): void;
}

export function createTapes(): Tapes {
  let tapes: RunningTape[] = [];
  let isOpen = true;
  let last: RunningTape | undefined;

  function giveUp(): void {
    isOpen = false;
    tapes = [];
  }

  return {
    get wantsMore() {
      return isOpen && tapes.length < MAX_TAPES;
    },
    add(tape) {
      if (tape === undefined) giveUp();
      else tapes.push(runTape(tape));
    },
    evaluate(x) {
      for (const tape of tapes) {
        const value = tape.evaluate(x);
        if (value === undefined) continue;
        last = tape;
        return value;
      }
      return undefined;
    },
    backpropagate: (xGradient) => last?.backpropagate(xGradient),
    draw: () => last?.draw(),
    giveUp,
  };
}
