import { type Likelihood, PoolishError, rngFromSeed } from "@poolish/core";
import type { Scalar } from "../host/adNodes.ts";
import type { WebpplHost } from "../host/webpplHost.ts";

/** What is to be drawn. */
interface Draw {
  readonly likelihood: Likelihood;
  readonly params: { readonly conditions?: unknown; readonly numTrials?: number };
}

/**
 * One bare trial at one row of θ, or an array of `numTrials`; seeded by WebPPL's own stream.
 * @throws PoolishError for a likelihood that cannot draw, and for conditions that are missing.
 */
export function sampleTrials(host: WebpplHost, { likelihood, params }: Draw, row: readonly Scalar[]): unknown {
  if (likelihood.sample === undefined) {
    throw new PoolishError("this likelihood cannot draw data", {
      kind: "model",
      field: "likelihood",
      remedy: "Use Learned in observe only.",
    });
  }
  const { numTrials } = params;
  const count = numTrials ?? 1;
  const numColumns = likelihood.columns.length;
  const values = new Float64Array(count * numColumns);
  const theta = Float64Array.from(row, (argument) => host.ad.value(argument));
  const rng = rngFromSeed(Math.floor(host.util.random() * 2 ** 53));
  likelihood.sample(rng, theta, count, values, conditionRows(likelihood, params.conditions, count));
  const trials = Array.from({ length: count }, (_, i) =>
    numColumns === 1
      ? values[i]
      : Object.fromEntries(likelihood.columns.map(({ name }, c) => [name, values[i * numColumns + c]])),
  );
  return numTrials === undefined ? trials[0] : trials;
}

/** count × numConditions, undefined for a likelihood without conditions. */
function conditionRows({ conditions }: Likelihood, given: unknown, count: number): Float64Array | undefined {
  if (conditions.length === 0) return undefined;
  const values = conditions.map(({ name }) => (given as Readonly<Record<string, unknown>> | undefined)?.[name]);
  return Float64Array.from({ length: count * conditions.length }, (_, i) => {
    const value = values[i % conditions.length];
    const entry: unknown = Array.isArray(value) ? value[Math.floor(i / conditions.length)] : value;
    if (typeof entry === "number") return entry;
    const { name } = conditions[i % conditions.length];
    throw new PoolishError(`this likelihood needs the condition ${name} to draw data`, {
      kind: "input",
      field: name,
      remedy: `Pass conditions: { ${name}: … } to Learned.`,
    });
  });
}
