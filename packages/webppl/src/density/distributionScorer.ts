import type { Scalar } from "../host/adNodes.ts";
import type { Distribution } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import type { TapeRecorder } from "../tape/tapeRecorder.ts";
import { type FusedFamily, fusedFamilies } from "./fusedFamilies.ts";
import type { LogDensitySum } from "./logDensitySum.ts";

/** Adds the log-density of `distribution` at `value` to the sum. */
export type DistributionScorer = (distribution: Distribution, value: unknown) => void;

/**
 * Scores by the fused families where there is one, by WebPPL otherwise. The two agree to rounding (WebPPL's log Γ is
 * good to 10 digits only).
 */
export function distributionScorer(host: WebpplHost, sum: LogDensitySum, recorder?: TapeRecorder): DistributionScorer {
  const families = new Map<unknown, string>();
  for (const name of Object.keys(fusedFamilies)) families.set(host.dists[name], name);
  const partials = new Float64Array(3);

  function addPartial(argument: Scalar, index: number): void {
    if (typeof argument !== "number") sum.addPartial(argument, partials[index]);
  }

  function addFused(family: string, params: Params, x: Scalar): void {
    const { parameters, evaluate }: FusedFamily = fusedFamilies[family];
    const [first, second] = parameters;
    // The constructor has checked that these are numbers or nodes of numbers.
    const a = params[first];
    const b = second === undefined ? 0 : params[second];
    recorder?.family(family, x, a, b);
    const value = evaluate(numberOf(x), numberOf(a), numberOf(b), partials);
    sum.add(value);
    if (!Number.isFinite(value)) return;
    addPartial(x, 0);
    addPartial(a, 1);
    addPartial(b, 2);
  }

  function addScore(distribution: Distribution, value: unknown): void {
    recorder?.score(distribution.meta.name);
    const score = distribution.score(value);
    recorder?.score(undefined);
    recorder?.term(score);
    sum.add(score);
  }

  return (distribution, value) => {
    const family = families.get(distribution.constructor);
    if (family === undefined || !isScalar(value)) addScore(distribution, value);
    else addFused(family, distribution.params as Params, value);
  };
}

type Params = Readonly<Record<string, Scalar>>;

function numberOf(scalar: Scalar): number {
  return typeof scalar === "number" ? scalar : scalar.x;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "number" || typeof (value as Partial<{ x: unknown }> | undefined)?.x === "number";
}
