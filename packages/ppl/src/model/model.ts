import type { Columns } from "@poolish/core";
import type { Distribution } from "@poolish/distributions";
import type { Node, Operand } from "../trace/node.ts";
import type { LearnedLikelihood } from "./learned.ts";

/** What a model function is given to say what is random and what is known. */
export interface ModelContext {
  /**
   * A latent value, one for each element of the surrounding plates.
   * @throws PoolishError for a name that was used before, a discrete distribution, or parameters that do not fit the plates.
   */
  sample(name: string, distribution: Distribution): Node;
  /**
   * Runs `body` once; what it samples has one element for each member of the plate. `size` is their number, or their
   * labels; unlabelled members are called 1, 2, ….
   */
  plate<T>(name: string, size: number | readonly string[], body: () => T): T;
  /** Data that the distribution explains; one number for each element of the distribution's parameters. */
  observe(name: string, distribution: Distribution, data: number | ArrayLike<number>): void;
  /** Data that a learned likelihood explains: one column for each of its columns (and conditions), one row a trial. */
  observe(name: string, learned: LearnedLikelihood, data: Columns): void;
  /** Records a value that is computed from others. Returns it. */
  deterministic(name: string, value: Node): Node;
  /** Adds the sum of `value` to the log-density. */
  factor(value: Operand): void;
}

export type ModelFunction<Data> = (context: ModelContext, data: Data) => void;

/** A named model function. Its data are supplied when it is compiled. */
export interface Model<Data> {
  readonly name: string;
  readonly define: ModelFunction<Data>;
}

/** Names a model function: `model("factories", ({ sample, plate, observe }, data) => { … })`. */
export function model<Data = Record<string, never>>(name: string, define: ModelFunction<Data>): Model<Data> {
  return { name, define };
}
