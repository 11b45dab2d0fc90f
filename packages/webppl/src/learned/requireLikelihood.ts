import { type Likelihood, PoolishError } from "@poolish/core";

/** @throws PoolishError unless `value` is a likelihood. */
export function requireLikelihood(value: unknown): asserts value is Likelihood {
  const { bind, parameters } = (value ?? {}) as Partial<Likelihood>;
  if (typeof bind === "function" && Array.isArray(parameters)) return;
  const isPosterior = Array.isArray(parameters);
  throw new PoolishError(`expected a likelihood, got ${isPosterior ? "a posterior" : typeof value}`, {
    kind: "input",
    field: "likelihood",
    remedy: isPosterior
      ? "Pass a posterior to LearnedPrior({ posterior, x }) instead."
      : "Pass what loadEstimator('file.safetensors') returned.",
  });
}
