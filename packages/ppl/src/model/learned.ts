import { type Likelihood, PoolishError } from "@poolish/core";
import type { Operand } from "../trace/node.ts";

/** A learned likelihood with a value for each of its parameters, to be handed to `observe`. */
export interface LearnedLikelihood {
  readonly likelihood: Likelihood;
  readonly parts: Readonly<Record<string, Operand>>;
}

/**
 * Uses any `Likelihood` as the distribution of observed columns. `parts` gives each of its parameters a value: shared
 * (a scalar), or one for each trial (usually `group.at(data.code)`); the likelihood is evaluated once per distinct row.
 * @throws PoolishError when a parameter is missing or unknown.
 */
export function learned(likelihood: Likelihood, parts: Readonly<Record<string, Operand>>): LearnedLikelihood {
  const names = likelihood.parameters.map(({ name }) => name);
  const wanted = `The likelihood's parameters are ${names.join(", ")}.`;
  for (const name of names) {
    if (parts[name] !== undefined) continue;
    throw new PoolishError("the likelihood has this parameter, but learned(…) gives it no value", {
      kind: "model",
      field: name,
      remedy: wanted,
    });
  }
  for (const name of Object.keys(parts)) {
    if (names.includes(name)) continue;
    throw new PoolishError("the likelihood has no such parameter", { kind: "model", field: name, remedy: wanted });
  }
  return { likelihood, parts };
}
