import { type Likelihood, PoolishError } from "@poolish/core";
import { type LapseColumn, type LapseDensity, lapseDensity } from "../learned/lapseDensity.ts";
import type { Operand } from "../trace/node.ts";
import { isNode, isRows } from "../trace/value.ts";

/** Trials that come from elsewhere: wandering attention, wrong keys, broken probes. */
export interface LapseOptions {
  /** The probability that a trial is a lapse: a number from 0 to 1 (exclusive), or a value of the model, as parts are. */
  readonly probability: Operand;
  /** How a lapse looks: a density with known numbers for each of the likelihood's columns. */
  readonly density: Readonly<Record<string, LapseColumn>>;
}

export interface LearnedOptions {
  /**
   * A smooth barrier on the likelihood beyond the box that it was trained in, where what a network says is a guess: each
   * θ row pays −2000 e³ / (e + 0.1) nats for each parameter, e being the distance beyond the box in widths of it (10 nats
   * at a tenth), shared evenly by its trials. True if absent; false turns it off. Nothing stands where a side of the box is
   * the support's own bound, or the box has no finite width.
   */
  readonly guard?: boolean;
  /** Explains each trial by log((1 − π) p(x | θ) + π q(x)), with π the probability and q the density of lapses. */
  readonly lapse?: LapseOptions;
}

/** A learned likelihood with a value for each of its parameters, to be handed to `observe`. */
export interface LearnedLikelihood {
  readonly likelihood: Likelihood;
  readonly parts: Readonly<Record<string, Operand>>;
  readonly isGuarded: boolean;
  readonly lapse?: { readonly probability: Operand; readonly density: LapseDensity };
}

/**
 * Uses any `Likelihood` as the distribution of observed columns. `parts` gives each of its parameters a value: shared
 * (a scalar), or one for each trial (usually `group.at(data.code)`); the likelihood is evaluated once per distinct row.
 * A likelihood that is not normalised (a ratio) is a factor: it can be fitted, not compared, sampled or mixed with lapses.
 * @throws PoolishError when a parameter is missing or unknown, and for lapses that cannot be mixed in.
 */
export function learned(
  likelihood: Likelihood,
  parts: Readonly<Record<string, Operand>>,
  { guard = true, lapse }: LearnedOptions = {},
): LearnedLikelihood {
  const names = likelihood.parameters.map(({ name }) => name);
  const wanted = `The likelihood's parameters are ${names.join(", ")} (it explains ${likelihood.columns.map(({ name }) => name).join(", ")}).`;
  for (const name of names) {
    if (parts[name] !== undefined) continue;
    refuse(name, "the likelihood has this parameter, but learned(…) gives it no value", wanted);
  }
  for (const name of Object.keys(parts)) {
    if (!names.includes(name)) refuse(name, "the likelihood has no such parameter", wanted);
  }
  const common = { likelihood, parts, isGuarded: guard };
  if (lapse === undefined) return common;
  requireProbability(lapse.probability);
  return { ...common, lapse: { probability: lapse.probability, density: lapseDensity(likelihood, lapse.density) } };
}

/** Known numbers are checked here; values of a model have a support of their own. */
function requireProbability(probability: Operand): void {
  if (isNode(probability) || isRows(probability)) return;
  const numbers = typeof probability === "number" ? [probability] : Array.from(probability as ArrayLike<number>);
  const row = numbers.findIndex((value) => !(value >= 0 && value < 1));
  if (row < 0) return;
  throw new PoolishError(`a lapse probability cannot be ${numbers[row]}`, {
    kind: "input",
    field: "lapse.probability",
    remedy: "Pass numbers from 0 to below 1, e.g. 0.05, or a value of the model.",
    ...(typeof probability === "number" ? {} : { row }),
  });
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "model", field, remedy });
}
