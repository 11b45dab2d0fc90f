import type { Columns } from "@poolish/core";
import type { Distribution, VectorDistribution } from "@poolish/distributions";
import { callerLine } from "../trace/callerLine.ts";
import type { Node, Operand } from "../trace/node.ts";
import type { Observed } from "../trace/observedSite.ts";
import type { LearnedLikelihood } from "./learned.ts";
import type { LearnedPrior } from "./learnedPrior.ts";
import type { NonCentered } from "./nonCentered.ts";

export interface ObserveOptions {
  /** What NaN in an observed column means: nothing is missing (an error), or missing at random (the row is left out). */
  readonly missing?: "none" | "at random";
}

/** What a model function is given to say what is random and what is known. */
export interface ModelContext {
  /**
   * A latent value, one for each element of the surrounding plates; a vector or matrix for distributions of those.
   * @throws PoolishError for a name that was used before, a discrete distribution, parameters that do not fit the plates,
   * and `nonCentered` of a distribution without location and scale.
   */
  sample(name: string, distribution: Distribution | VectorDistribution | NonCentered): Node;
  /**
   * Latent values that a learned density describes together: one for each of its parameters, recorded by the parameter's name
   * and returned by it. Parameters `rate[a]`, `rate[b]` (as draws of a plate are called) are also returned as one vector, `rate`.
   * Inside a plate each member needs an x of its own. `name` is what messages call the site.
   * @throws PoolishError for a name that was used before, parameters that are not continuous, and one x for several members.
   */
  sample(name: string, prior: LearnedPrior): Readonly<Record<string, Node>>;
  /**
   * Runs `body` once; what it samples has one element for each member of the plate. `size` is their number, or their
   * labels; unlabelled members are called 1, 2, ….
   */
  plate<T>(name: string, size: number | readonly string[], body: () => T): T;
  /**
   * Data that the distribution explains; one number (or vector) for each element of the distribution's parameters, and
   * of the surrounding plates.
   * @throws PoolishError naming the row for values that the distribution cannot give, and for NaN unless it is declared.
   */
  observe(
    name: string,
    distribution: Distribution | VectorDistribution,
    data: Observed,
    options?: ObserveOptions,
  ): void;
  /** Data that a learned likelihood explains: one column for each of its columns (and conditions), one row a trial. */
  observe(name: string, learned: LearnedLikelihood, data: Columns, options?: ObserveOptions): void;
  /** Records a value that is computed from others. Returns it. */
  deterministic(name: string, value: Operand): Node;
  /** Adds the sum of `value` to the log-density; inside a plate, one value for each of its members. */
  factor(value: Operand): void;
}

export type ModelFunction<Data> = (context: ModelContext, data: Data) => void;

/** A named model function. Its data are supplied when it is compiled. */
export interface Model<Data> {
  readonly name: string;
  readonly define: ModelFunction<Data>;
  /** Where model(…) was called, for messages: file:line:column, if the host tells. */
  readonly definedAt?: () => string | undefined;
}

/** Names a model function: `model("factories", ({ sample, plate, observe }, data) => { … })`. */
export function model<Data = Record<string, never>>(name: string, define: ModelFunction<Data>): Model<Data> {
  const here = new Error(name);
  return { name, define, definedAt: () => callerLine(here) };
}
