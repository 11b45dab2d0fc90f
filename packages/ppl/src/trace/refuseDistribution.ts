import { PoolishError } from "@poolish/core";

type Verb = "sample" | "observe";

/** True for an object with one of the keys; anything may come out of a JavaScript program. */
export function hasKey(value: unknown, ...keys: readonly string[]): boolean {
  return typeof value === "object" && value !== null && keys.some((key) => key in value);
}

/** @throws PoolishError that says what to pass to `verb` in the place of `value`, which is no distribution. */
export function refuseDistribution(verb: Verb, site: string, value: unknown): never {
  throw new PoolishError(`${verb} got ${describe(value)} in the place of a distribution`, {
    kind: "model",
    field: site,
    remedy: remedyFor(verb, value),
  });
}

function describe(value: unknown): string {
  if (isArray(value)) return "an array";
  if (hasKey(value, "nonCentered")) return "nonCentered(…)";
  if (hasKey(value, "learnedPrior")) return "a learned prior";
  if (hasKey(value, "likelihood")) return "a learned likelihood";
  if (hasKey(value, "bind")) return "a likelihood";
  if (hasKey(value, "at")) return "a posterior estimator or a value of the model";
  if (hasKey(value, "logProb")) return "a density";
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** Arrays have a method `at`, too. */
function isArray(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function remedyFor(verb: Verb, value: unknown): string {
  if (hasKey(value, "bind", "likelihood")) {
    return "A likelihood explains data: observe(name, learned(likelihood, { parameter: value, … }), columns).";
  }
  if (hasKey(value, "nonCentered", "learnedPrior")) return "It is for sample only.";
  if (verb === "sample" && !isArray(value) && hasKey(value, "at", "logProb")) {
    return "Put what was learned into learnedPrior(density) or learnedPrior(posterior, { x }).";
  }
  return verb === "sample"
    ? "Pass a distribution, e.g. normal(0, 1), nonCentered(…) or learnedPrior(…)."
    : "Pass a distribution, e.g. normal(mu, 1), or learned(…).";
}
