import type { WebpplHost } from "../host/webpplHost.ts";
import { isLearned } from "../learned/learnedDistribution.ts";
import type { LearnedObservations } from "../learned/learnedObservations.ts";
import type { TapeRecorder } from "../tape/tapeRecorder.ts";
import type { Choice } from "./choice.ts";
import { distributionScorer } from "./distributionScorer.ts";
import type { Layout } from "./layout.ts";
import { logDensitySum } from "./logDensitySum.ts";
import { replayChoices } from "./replayChoices.ts";
import { type Program, programRunner } from "./runProgram.ts";

/** A program that is run again and again, each time at the values in the layout's buffer `position`. */
export interface ReplayedRun {
  /**
   * Runs the program, on plain numbers overwrites the layout's `values`, and returns the log-density with the Jacobian.
   * @throws PoolishError when the program makes other choices than those of the layout.
   */
  evaluate(): number;
  /** Fills each slot's `xGradient`. After a finite `evaluate` of a differentiated run only. */
  backpropagate(): void;
  /** What the model returned in the last run, nodes included. */
  readonly value: unknown;
  /** The log-density of the last run without the Jacobian. */
  readonly score: number;
  /** True when the last run asked a learned likelihood outside of its training box. */
  readonly leftTrainingBox: boolean;
}

/**
 * Replays `program` on nodes when `isDifferentiated`, on plain numbers otherwise. Replays that never run at once share
 * `learned`, and with it the bound data. A `recorder` is told of everything that the run does.
 */
export function replayProgram(
  host: WebpplHost,
  program: Program,
  layout: Layout<Choice>,
  learned: LearnedObservations,
  isDifferentiated: boolean,
  recorder?: TapeRecorder,
): ReplayedRun {
  const sum = logDensitySum(host.ScalarNode);
  const score = distributionScorer(host, sum, recorder);
  const choices = replayChoices(host, layout, sum, score, isDifferentiated, recorder);
  const run = programRunner(program, {
    choose: choices.choose,
    factor(score) {
      recorder?.factor(score);
      sum.add(score);
    },
    observe(distribution, observed) {
      // Learned likelihoods wait for the end of the run, where all groups are evaluated in one call.
      if (isLearned(distribution)) learned.push(distribution, observed);
      else score(distribution, observed);
    },
  });
  let value: unknown;
  return {
    evaluate() {
      sum.clear();
      choices.begin();
      learned.clear();
      value = run();
      choices.finish();
      learned.addTo(sum);
      if (recorder !== undefined) {
        learned.recordTo(recorder);
        recorder.returned(value);
      }
      return sum.total + choices.logJacobian;
    },
    backpropagate() {
      sum.backpropagate();
      choices.readGradients();
    },
    get value() {
      return value;
    },
    get score() {
      return sum.total - choices.logJacobianInSum;
    },
    get leftTrainingBox() {
      return learned.leftTrainingBox;
    },
  };
}
