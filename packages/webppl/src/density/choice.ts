import { interval, PoolishError, real, type Support } from "@poolish/core";
import type { Bijector } from "@poolish/math";
import type { Ad } from "../host/adNodes.ts";
import { type Bounds, boundsOf, type Distribution } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { isLearnedPrior, type LearnedPriorDistribution } from "../learned/learnedPrior.ts";
import { bijectorOf, type Space } from "./space.ts";

/**
 * How the value of a choice comes from its bijector's x: as it is, or, where a bound depends on another choice, as
 * lower + x, upper - x or lower + (upper - lower) x, written in WebPPL's arithmetic so that the bound is differentiated.
 */
export type Placement = "direct" | "aboveLower" | "belowUpper" | "between";

/** A random choice of the program that inference moves; a choice that it cannot move has no bijector (`Delta`). */
export interface Choice {
  readonly address: string;
  readonly distributionName: string;
  readonly constructor: unknown;
  readonly placement: Placement;
  /** Where the bijector leads; empty without one. */
  readonly space: Space;
  readonly bijector: Bijector | undefined;
  /** Dimensions of a tensor, undefined for a number. */
  readonly dims: readonly number[] | undefined;
  /** Names of the numbers of an object, undefined for a number or a tensor. */
  readonly parts: readonly string[] | undefined;
  /** Its value when the program was first run; constants keep it. */
  readonly firstValue: unknown;
  /** Of a learned density, where chains will begin: some of its draws, on the unconstrained scale, one after another. */
  readonly starts?: Float64Array;
  /** The constant bounds that the bijector was made for. */
  readonly bounds?: { readonly lower: number; readonly upper: number };
}

const SIMPLEX_DISTRIBUTIONS: ReadonlySet<string> = new Set(["Dirichlet", "LogisticNormal"]);

/**
 * The choice that `distribution` makes at `address`, with `value` as a first draw.
 * @throws PoolishError for discrete distributions and for those that no bijector leads to.
 */
export function choiceOf(host: WebpplHost, distribution: Distribution, address: string, value: unknown): Choice {
  const { name } = distribution.meta;
  const dims = value instanceof host.Tensor ? value.dims : undefined;
  const size = value instanceof host.Tensor ? value.length : 1;
  const common = {
    address,
    distributionName: name,
    constructor: distribution.constructor,
    dims,
    parts: undefined,
    firstValue: value,
  };
  const direct = (space: Space) => ({ ...common, placement: "direct" as const, ...onto(space) });
  if (isLearnedPrior(distribution)) {
    return { ...direct(spaceOfParameters(distribution)), parts: namesOfParameters(distribution) };
  }
  if (name === "Delta") return { ...common, ...kept };
  if (SIMPLEX_DISTRIBUTIONS.has(name)) return direct([{ support: { kind: "simplex", size }, size }]);
  if (!distribution.isContinuous) throw discreteChoice(name);
  if (dims === undefined && typeof value !== "number") throw unsupportedChoice(name);
  const bounds = boundsOf(distribution);
  if (bounds === undefined) return direct([{ support: real, size }]);
  if (host.ad.isLifted(bounds.lower) || host.ad.isLifted(bounds.upper)) {
    return { ...common, ...placedBetween(host.ad, bounds) };
  }
  const [lower, upper] = [host.ad.value(bounds.lower), host.ad.value(bounds.upper)];
  if (!(lower < upper)) throw noRoom(name, lower, upper);
  return { ...direct([{ support: interval(lower, upper), size }]), bounds: { lower, upper } };
}

/** A choice that inference does not move. */
export const kept: Pick<Choice, "placement" | "space" | "bijector"> = {
  placement: "direct",
  space: [],
  bijector: undefined,
};

function onto(space: Space): Pick<Choice, "space" | "bijector"> {
  return { space, bijector: bijectorOf(space) };
}

/** An object with a number for each parameter, each on its own support. */
function spaceOfParameters({ density }: LearnedPriorDistribution): Space {
  return density.parameters.map(({ support }) => ({ support, size: 1 }));
}

function namesOfParameters({ density }: LearnedPriorDistribution): readonly string[] {
  return density.parameters.map(({ name }) => name);
}

/** A bound that depends on a choice is finite at any time, so which bounds are infinite never changes. */
function placedBetween(ad: Ad, bounds: Bounds): Pick<Choice, "placement" | "space" | "bijector"> {
  const isLow = ad.value(bounds.lower) > -Infinity;
  const isHigh = ad.value(bounds.upper) < Infinity;
  const on = (support: Support) => onto([{ support, size: 1 }]);
  if (isLow && isHigh) return { placement: "between", ...on(interval(0, 1)) };
  return { placement: isLow ? "aboveLower" : "belowUpper", ...on(interval(0, Infinity)) };
}

function discreteChoice(name: string): PoolishError {
  return new PoolishError(`NUTS moves continuous choices only, and ${name} is discrete`, {
    kind: "model",
    field: name,
    remedy: "Sum the choice out of the model, or use method 'MCMC' or 'SMC'.",
  });
}

function noRoom(name: string, lower: number, upper: number): PoolishError {
  return new PoolishError(`there is no number between the bounds ${lower} and ${upper}`, {
    kind: "model",
    field: name,
    remedy: "Give the smaller bound first.",
  });
}

function unsupportedChoice(name: string): PoolishError {
  return new PoolishError(`NUTS cannot move a choice of ${name}: no map from the real line leads to its values`, {
    kind: "model",
    field: name,
    remedy: "Observe it, or use method 'MCMC', 'SMC' or 'forward'.",
  });
}
