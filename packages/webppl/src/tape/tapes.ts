import type { TensorConstructor } from "../host/adNodes.ts";
import { drawFrom, type RunningTape, runTape, type TapedDraw } from "./runTape.ts";
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
  /** The program at the last evaluation, undefined where no tape can tell. Overwrites `constrained`, if it can. */
  draw(constrained: Float64Array): TapedDraw | undefined;
  /** From now on `rewind` leads back to here. */
  settle(): void;
  /** Forgets what was recorded since `settle`, so that no chain depends on what another has met. */
  rewind(): void;
  /** Forgets all tapes for good. */
  giveUp(): void;
  /** Those that there were at `settle`; none when the program is interpreted. */
  settled(): readonly Tape[];
}

interface Recorded {
  readonly tape: Tape;
  readonly running: RunningTape;
}

export function createTapes(Tensor: TensorConstructor): Tapes {
  let recorded: readonly Recorded[] = [];
  let isOpen = true;
  let start: { readonly recorded: readonly Recorded[]; readonly isOpen: boolean } = { recorded, isOpen };
  let last: Recorded | undefined;
  let lastValue = 0;

  function close(): void {
    isOpen = false;
    recorded = [];
  }

  return {
    get wantsMore() {
      return isOpen && recorded.length < MAX_TAPES;
    },
    add(tape) {
      if (tape === undefined) close();
      else recorded = [...recorded, { tape, running: runTape(tape) }];
    },
    evaluate(x) {
      for (let i = 0; i < recorded.length; i++) {
        const value = recorded[i].running.evaluate(x);
        if (value === undefined) continue;
        last = recorded[i];
        lastValue = value;
        return value;
      }
      return undefined;
    },
    backpropagate: (xGradient) => last?.running.backpropagate(xGradient),
    draw: (constrained) =>
      last === undefined ? undefined : drawFrom(last.tape, last.running, lastValue, constrained, Tensor),
    settle() {
      start = { recorded, isOpen };
    },
    rewind() {
      ({ recorded, isOpen } = start);
    },
    giveUp() {
      close();
      start = { recorded, isOpen };
    },
    settled: () => start.recorded.map(({ tape }) => tape),
  };
}
