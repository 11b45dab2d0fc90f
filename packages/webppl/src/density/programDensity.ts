import type { LogDensity, PoolishError } from "@poolish/core";
import type { WebpplHost } from "../host/webpplHost.ts";
import { learnedObservations } from "../learned/learnedObservations.ts";
import { type TapedProgram, tapedProgram } from "../tape/tapedProgram.ts";
import { type TapeRecorder, tapeRecorder } from "../tape/tapeRecorder.ts";
import { createTapes } from "../tape/tapes.ts";
import { watchRun } from "../tape/watchRun.ts";
import { blameTerm } from "./blameTerm.ts";
import type { Choice } from "./choice.ts";
import { discoverChoices } from "./discoverChoices.ts";
import { copyInto, type Layout, layoutOf } from "./layout.ts";
import { numericalFailure } from "./numericalFailure.ts";
import { type ReplayedRun, replayProgram } from "./replayProgram.ts";
import type { Program } from "./runProgram.ts";
import { drawStart, startsIn } from "./starts.ts";

/** A program at one position. */
export interface GeneratedDraw {
  /** What the model returned, free of AD nodes. */
  readonly value: unknown;
  /** Log joint density of choices and evidence on the constrained scale. */
  readonly score: number;
  /** The log-density on the unconstrained scale, as the interpreted program has it. */
  readonly logDensity: number;
  /** True when a learned likelihood was asked outside of the box that it was trained in. */
  readonly leftTrainingBox: boolean;
}

/** A WebPPL program as an unnormalised log-density over its random choices, on the unconstrained scale. */
export interface ProgramDensity extends LogDensity {
  readonly choices: readonly Choice[];
  /** Length of all constrained values together. */
  readonly numConstrained: number;
  /** As `valueAndGradient` without differentiation: the program runs on plain numbers. */
  logDensity(position: Float64Array): number;
  /** Runs the program at `position`; overwrites `constrained` with the values of the choices, in order. */
  generate(position: Float64Array, constrained: Float64Array): GeneratedDraw;
  /** As `generate`, by a tape where one holds. */
  recall(position: Float64Array, constrained: Float64Array): GeneratedDraw;
  /** From now on `valueAndGradient` runs the program itself, and no tape. */
  interpret(): void;
  /** What has been recorded so far is what each chain begins with. */
  settle(): void;
  /** The start of a chain: forgets what others have recorded, so that no chain depends on another. */
  rewind(): void;
  /** The density in a form that needs no program, as it was at `settle`; undefined where there is none. */
  taped(): TapedProgram | undefined;
  /** As `blameTerm`: throws `problem` where a run from the prior first has no finite log-density. */
  blame(problem: (found: string, cause?: Error) => PoolishError): void;
  /** WebPPL's words for the last numerical failure, if there was one. */
  readonly lastFailure: string | undefined;
}

/**
 * Finds the choices of `program` and returns its density. The first evaluations run the program under WebPPL and record
 * what it does; later ones replay the tape wherever it holds. The buffers inside are reused: not for interleaved calls.
 * @throws PoolishError for choices that NUTS cannot move, here; for a structure that changes, when it does.
 */
export function programDensity(host: WebpplHost, program: Program): ProgramDensity {
  const choices = discoverChoices(host, program);
  const layout: Layout<Choice> = layoutOf(choices);
  const learned = learnedObservations();
  const tapes = createTapes(host.Tensor);
  const differentiated = replayProgram(host, program, layout, learned, true);
  const plain = replayProgram(host, program, layout, learned, false);
  let lastFailure: string | undefined;

  /** The log-density, -Infinity where WebPPL refuses a parameter. */
  function evaluate(run: () => number): number {
    try {
      return run();
    } catch (error) {
      const failure = numericalFailure(error);
      if (failure === undefined) throw error;
      lastFailure = failure;
      return -Infinity;
    }
  }

  function record(): number {
    const recorder: TapeRecorder = tapeRecorder(layout.x.length);
    const run = replayProgram(host, program, layout, learned, true, recorder);
    const value = watchRun(host, recorder, run.evaluate);
    tapes.add(recorder.finish());
    if (Number.isFinite(value)) run.backpropagate();
    return value;
  }

  function interpreted(): number {
    if (tapes.wantsMore) return evaluate(record);
    const value = evaluate(differentiated.evaluate);
    if (Number.isFinite(value)) differentiated.backpropagate();
    return value;
  }

  function replayed(): number | undefined {
    const logJacobian = layout.constrain();
    const value = tapes.evaluate(layout.x);
    if (value === undefined) return undefined;
    if (Number.isFinite(value)) tapes.backpropagate(layout.xGradient);
    // The tape has no words for what is wrong; the program has.
    else if (lastFailure === undefined) evaluate(plain.evaluate);
    return value + logJacobian;
  }

  function generate(position: Float64Array, constrained: Float64Array): GeneratedDraw {
    layout.position.set(position);
    const logDensity = plain.evaluate();
    constrained.set(layout.values);
    return { ...drawOf(host, plain), logDensity };
  }

  const start = drawStart(startsIn(choices));
  return {
    ...(start && { drawStart: start }),
    dim: layout.dim,
    choices,
    numConstrained: layout.values.length,
    interpret: tapes.giveUp,
    settle: tapes.settle,
    rewind: tapes.rewind,
    taped: () => tapedProgram(choices, tapes.settled()),
    blame: (problem) => blameTerm(host.ad, program, problem),
    get lastFailure() {
      return lastFailure;
    },
    valueAndGradient(position, gradient) {
      copyInto(layout.position, position);
      const value = replayed() ?? interpreted();
      if (Number.isFinite(value)) layout.pullback();
      copyInto(gradient, layout.gradient);
      return value;
    },
    logDensity(position) {
      layout.position.set(position);
      return evaluate(plain.evaluate);
    },
    generate,
    recall(position, constrained) {
      layout.position.set(position);
      const logJacobian = layout.constrain();
      const value = tapes.evaluate(layout.x);
      const draw = value === undefined ? undefined : tapes.draw(constrained);
      if (value === undefined || draw === undefined) return generate(position, constrained);
      const { value: returned, score, leftTrainingBox } = draw;
      return { value: returned, score, leftTrainingBox, logDensity: value + logJacobian };
    },
  };
}

function drawOf(host: WebpplHost, run: ReplayedRun): Omit<GeneratedDraw, "logDensity"> {
  return { value: host.ad.valueRec(run.value), score: run.score, leftTrainingBox: run.leftTrainingBox };
}
