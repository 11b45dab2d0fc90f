import { describeSupport, PoolishError, type ScalarSupport } from "@poolish/core";
import { logistic, logit } from "@poolish/math";
import type { Node } from "../trace/node.ts";

export type LinkName = "identity" | "log" | "logit";

/** The scale on which a parameter's linear predictor is composed: parameter = inverse(linear predictor). */
export interface Link {
  readonly name: LinkName;
  /** Where the inverse link leads: (lower, upper). */
  readonly lower: number;
  readonly upper: number;
}

/** A link, and the interval onto which a log or logit link leads where the support does not say it. */
export interface LinkOptions {
  readonly link?: LinkName;
  readonly bounds?: readonly [lower: number, upper: number];
}

/**
 * The link of a parameter: identity on the real line, log on a half line, logit on an interval, by its declared support
 * (never by the box that it was trained in); or the one that the options ask for.
 * @throws PoolishError for an unknown link, for bounds that a link does not have, and for a link that leads nowhere on
 * the support.
 */
export function linkFor(field: string, support: ScalarSupport, options: LinkOptions = {}): Link {
  if (support.kind !== "interval") {
    const message = `a formula gives real numbers, the parameter is ${describeSupport(support)}`;
    return refuseLink(field, message, `Fix it at a number: parameters: { ${field}: 1 }.`);
  }
  const [lower, upper] = options.bounds ?? [support.lower, support.upper];
  if (!(lower < upper)) refuseLink(field, `the bounds ${lower} and ${upper} enclose nothing`, "Pass [lower, upper].");
  if (lower < support.lower || upper > support.upper) {
    refuseLink(field, `the bounds [${lower}, ${upper}] leave the support, ${describeSupport(support)}`, "Narrow them.");
  }
  const name = options.link ?? naturalLink(lower, upper);
  switch (name) {
    case "identity":
      if (options.bounds === undefined) return { name, lower: -Infinity, upper: Infinity };
      return refuseLink(field, "an identity link has no bounds", "Leave the bounds or the link out.");
    case "log":
      // On the real line a log link means positive values, as everywhere.
      if (lower === -Infinity && upper === Infinity) return { name, lower: 0, upper };
      if (lower === -Infinity || upper === Infinity) return { name, lower, upper };
      // Below a finite upper bound the exponential may leave the support, where the likelihood is zero.
      return { name, lower, upper: Infinity };
    case "logit":
      if (Number.isFinite(lower) && Number.isFinite(upper)) return { name, lower, upper };
      return refuseLink(field, "a logit link needs two finite bounds", `Write { link: "logit", bounds: [0, 1] }.`);
    default:
      return refuseLink(field, `there is no link "${String(name)}"`, "The links are identity, log and logit.");
  }
}

function naturalLink(lower: number, upper: number): LinkName {
  if (lower === -Infinity && upper === Infinity) return "identity";
  return lower === -Infinity || upper === Infinity ? "log" : "logit";
}

function refuseLink(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "model", field, remedy });
}

/** True when every value of the link lies on the support. */
export function staysOnSupport({ lower, upper }: Link, support: ScalarSupport): boolean {
  return support.kind === "interval" && lower >= support.lower && upper <= support.upper;
}

/** The linear predictor of the value `theta`, which must lie between the link's bounds. */
export function linked({ name, lower, upper }: Link, theta: number): number {
  if (name === "identity") return theta;
  if (name === "logit") return logit((theta - lower) / (upper - lower));
  return lower === -Infinity ? Math.log(upper - theta) : Math.log(theta - lower);
}

/** The value of the linear predictor `eta`. */
export function unlinked({ name, lower, upper }: Link, eta: number): number {
  if (name === "identity") return eta;
  if (name === "logit") return lower + (upper - lower) * logistic(eta);
  return lower === -Infinity ? upper - Math.exp(eta) : lower + Math.exp(eta);
}

/** `unlinked` on a model's value. */
export function unlinkedNode({ name, lower, upper }: Link, eta: Node): Node {
  if (name === "identity") return eta;
  if (name === "logit") return shifted(scaled(eta.inverseLogit(), upper - lower), lower);
  return lower === -Infinity ? eta.exp().neg().add(upper) : shifted(eta.exp(), lower);
}

function shifted(node: Node, by: number): Node {
  return by === 0 ? node : node.add(by);
}

function scaled(node: Node, by: number): Node {
  return by === 1 ? node : node.mul(by);
}

/** The inverse link in words: "exp(η)", "0.1 + 0.8 inverseLogit(η)". */
export function describeInverse({ name, lower, upper }: Link, eta: string): string {
  if (name === "identity") return eta;
  const start = lower === 0 ? "" : `${lower} + `;
  if (name === "logit") return `${start}${upper - lower === 1 ? "" : `${upper - lower} `}inverseLogit(${eta})`;
  return lower === -Infinity ? `${upper} - exp(${eta})` : `${start}exp(${eta})`;
}
