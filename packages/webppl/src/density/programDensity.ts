import type { LogDensity } from "@poolish/core";
import type { WebpplHost } from "../host/webpplHost.ts";
import { learnedObservations } from "../learned/learnedObservations.ts";
import type { Choice } from "./choice.ts";
import { discoverChoices } from "./discoverChoices.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { numericalFailure } from "./numericalFailure.ts";
import { type ReplayedRun, replayProgram } from "./replayProgram.ts";
import type { Program } from "./runProgram.ts";

/** A program at one position. */
export interface GeneratedDraw {
  /** What the model returned, free of AD nodes. */
  readonly value: unknown;
  /** Log joint density of choices and evidence on the constrained scale. */
  readonly score: number;
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
  /** WebPPL's words for the last numerical failure, if there was one. */
  readonly lastFailure: string | undefined;
}

/**
 * Finds the choices of `program` and returns its density. The buffers inside are reused: not for interleaved calls.
 * @throws PoolishError for choices that NUTS cannot move, here; for a structure that changes, when it does.
 */
export function programDensity(host: WebpplHost, program: Program): ProgramDensity {
  const choices = discoverChoices(host, program);
  const layout = layoutOf(choices);
  const learned = learnedObservations();
  const differentiated = replayProgram(host, program, layout, learned, true);
  const plain = replayProgram(host, program, layout, learned, false);
  let lastFailure: string | undefined;

  /** The log-density, -Infinity where WebPPL refuses a parameter. */
  function evaluate(run: ReplayedRun, position: Float64Array): number {
    layout.position.set(position);
    try {
      return run.evaluate();
    } catch (error) {
      const failure = numericalFailure(error);
      if (failure === undefined) throw error;
      lastFailure = failure;
      return -Infinity;
    }
  }

  return {
    dim: layout.dim,
    choices,
    numConstrained: layout.values.length,
    get lastFailure() {
      return lastFailure;
    },
    valueAndGradient(position, gradient) {
      const value = evaluate(differentiated, position);
      if (Number.isFinite(value)) pullback(differentiated, layout);
      gradient.set(layout.gradient);
      return value;
    },
    logDensity: (position) => evaluate(plain, position),
    generate(position, constrained) {
      layout.position.set(position);
      plain.evaluate();
      constrained.set(layout.values);
      return { value: host.ad.valueRec(plain.value), score: plain.score, leftTrainingBox: plain.leftTrainingBox };
    },
  };
}

/** Walks back from the density to the choices' x, and through their bijectors to u. */
function pullback(run: ReplayedRun, { slots, gradient }: Layout): void {
  run.backpropagate();
  gradient.fill(0);
  for (let i = 0; i < slots.length; i++) {
    const { choice, u, x, xGradient, uGradient } = slots[i];
    choice.bijector?.pullback(u, x, xGradient, uGradient);
  }
}
