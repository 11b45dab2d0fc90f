import { type Likelihood, PoolishError } from "@poolish/core";

/** @throws PoolishError unless `value` is a likelihood that a program can call with its trials and θ alone. */
export function requireLikelihood(value: unknown): asserts value is Likelihood {
  const likelihood = value as Partial<Likelihood> | null | undefined;
  if (typeof likelihood?.bind !== "function" || !Array.isArray(likelihood.parameters)) {
    throw new PoolishError(`expected a likelihood, got ${typeof value}`, {
      kind: "input",
      field: "likelihood",
      remedy: "Pass what loadEstimator('file.safetensors') returned.",
    });
  }
  const conditions = likelihood.conditions ?? [];
  if (conditions.length === 0) return;
  throw new PoolishError(`this likelihood needs the conditions ${conditions.map(({ name }) => name).join(", ")}`, {
    kind: "input",
    field: "likelihood",
    remedy: "Learned cannot pass conditions yet: use a likelihood that was trained without them.",
  });
}
