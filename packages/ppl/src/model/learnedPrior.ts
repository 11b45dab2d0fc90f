import { type AmortizedPosterior, type LearnedDensity, PoolishError } from "@poolish/core";
import { isNode } from "../trace/value.ts";

/** An observation: numbers, or one entry (a number, or numbers) for each member of the surrounding plates. */
export type LearnedPriorData = number | ArrayLike<number> | readonly ArrayLike<number>[];

export interface LearnedPriorOptions {
  /**
   * At which observation the posterior stands, as `posterior.at` takes it. Inside a plate: one entry for each of its members.
   * Data, never a value of the model.
   */
  readonly x: LearnedPriorData;
}

/** A learned density as a joint prior, to be handed to `sample`. */
export interface LearnedPrior {
  readonly learnedPrior: true;
  /** What is known without x: a density of draws. */
  readonly density: LearnedDensity | undefined;
  /** A posterior, and where it stands. */
  readonly amortized: { readonly posterior: AmortizedPosterior; readonly x: LearnedPriorData } | undefined;
}

/**
 * What an earlier stage has learned, as the joint prior of this one, on its declared supports: the posterior estimator at an
 * observation, p(θ | x), or a density of draws (see `densityFrom`). The data behind it are counted once: x is data, and one
 * x cannot stand inside a plate, where every member would count it again.
 * @throws PoolishError for an x that is a value of the model, for a posterior without x, and for what is no density of parameters.
 */
export function learnedPrior(density: LearnedDensity): LearnedPrior;
export function learnedPrior(posterior: AmortizedPosterior, options: LearnedPriorOptions): LearnedPrior;
export function learnedPrior(
  source: LearnedDensity | AmortizedPosterior,
  options?: Partial<LearnedPriorOptions>,
): LearnedPrior {
  requireDensity(source);
  if (!("at" in source)) {
    if (options?.x !== undefined) refuseX("a density of draws stands at no x", "Leave x out.");
    return { learnedPrior: true, density: source, amortized: undefined };
  }
  const x = options?.x;
  if (x === undefined) {
    const columns = source.columns.map(({ name }) => name).join(", ");
    return refuseX("a posterior needs the observation that it stands at", `Pass { x }: ${columns}.`);
  }
  requireData(x);
  return { learnedPrior: true, density: undefined, amortized: { posterior: source, x } };
}

function requireDensity(source: unknown): void {
  const isObject = typeof source === "object" && source !== null;
  if (isObject && ("logDensityAndGradient" in source || ("at" in source && "columns" in source))) return;
  throw new PoolishError("this is no density of parameters", {
    kind: "model",
    field: "learnedPrior",
    remedy:
      "Pass what npe, vectorField or densityFrom has learned; a likelihood explains data: observe(…, learned(likelihood, …)).",
  });
}

/** A latent x would make the earlier posterior a density of x too, which it is not. */
function requireData(x: LearnedPriorData): void {
  const entries: readonly unknown[] = typeof x === "number" || isNode(x) ? [x] : Array.from(x as ArrayLike<unknown>);
  entries.forEach((entry, row) => {
    const numbers: readonly unknown[] =
      typeof entry === "object" && entry !== null && !isNode(entry) ? Array.from(entry as ArrayLike<unknown>) : [entry];
    if (numbers.some(isNode)) {
      refuseX("x is a value of the model, and a posterior stands at data", "Pass the observed numbers.", "model");
    }
    if (numbers.some((value) => typeof value !== "number" || !Number.isFinite(value))) {
      refuseX("x holds something that is no finite number", "Correct or leave out the row.", "input", row);
    }
  });
}

function refuseX(message: string, remedy: string, kind: "model" | "input" = "model", row?: number): never {
  throw new PoolishError(message, { kind, field: "x", remedy, ...(row === undefined ? {} : { row }) });
}
