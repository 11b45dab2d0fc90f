import { type Likelihood, PoolishError } from "@poolish/core";
import type { Ad, Scalar, Tensor, TensorNode } from "../host/adNodes.ts";
import type { WebpplHost } from "../host/webpplHost.ts";

/** θ as a program gave it, in rows in the order of the likelihood's parameters. */
export interface ThetaRows {
  readonly rows: readonly (readonly Scalar[])[];
  /** True when θ came as tensors of one entry a group: the observed value is then an array of groups. */
  readonly hasGroups: boolean;
}

type TensorLike = Tensor | TensorNode;

/**
 * Reads θ: an object with a number or an AD value for each parameter, by name; one tensor with a number for each
 * parameter, in their order; or an object in which some are tensors with one number a group.
 * @throws PoolishError for a missing or unknown parameter, or one that is not a number; for tensors of other lengths.
 */
export function thetaRows(host: WebpplHost, likelihood: Likelihood, theta: unknown): ThetaRows {
  const { parameters } = likelihood;
  if (isTensor(host, theta)) return { rows: [scalarsOf(host.ad, theta, parameters.length)], hasGroups: false };
  const given = (theta ?? {}) as Readonly<Record<string, unknown>>;
  const values = parameters.map(({ name }) => given[name]);
  requireKnown(likelihood, given);
  const numGroups = groupCount(host, values);
  if (numGroups === undefined)
    return { rows: [values.map((value, p) => scalar(host, likelihood, p, value))], hasGroups: false };
  const columns = values.map((value, p) =>
    isTensor(host, value)
      ? scalarsOf(host.ad, value, numGroups)
      : new Array<Scalar>(numGroups).fill(scalar(host, likelihood, p, value)),
  );
  return {
    rows: Array.from({ length: numGroups }, (_, group) => columns.map((column) => column[group])),
    hasGroups: true,
  };
}

function groupCount(host: WebpplHost, values: readonly unknown[]): number | undefined {
  for (const value of values) if (isTensor(host, value)) return tensorOf(value).length;
  return undefined;
}

function isTensor(host: WebpplHost, value: unknown): value is TensorLike {
  return value instanceof host.Tensor || (host.ad.isLifted(value) && typeof value.x !== "number");
}

function tensorOf(value: TensorLike): Tensor {
  return "x" in value ? value.x : value;
}

function scalarsOf(ad: Ad, value: TensorLike, length: number): readonly Scalar[] {
  const found = tensorOf(value).length;
  if (found !== length) {
    throw new PoolishError(`theta has a tensor of ${found} numbers where ${length} are needed`, {
      kind: "input",
      field: "Learned",
      remedy: "Give one number for each parameter, or, inside of theta: { … }, one for each group.",
    });
  }
  return Array.from({ length }, (_, i) => ad.tensor.get(value, i));
}

function scalar(host: WebpplHost, likelihood: Likelihood, index: number, value: unknown): Scalar {
  if (typeof value === "number") return value;
  if (host.ad.isLifted(value) && typeof value.x === "number") return value as Scalar;
  throw badParameter(likelihood, index, value);
}

function badParameter(likelihood: Likelihood, index: number, value: unknown): PoolishError {
  const { name } = likelihood.parameters[index];
  const got = value === undefined ? "nothing" : typeof value === "object" ? "an object" : JSON.stringify(value);
  return new PoolishError(`theta.${name} must be a number or a random value, got ${got}`, {
    kind: "input",
    field: "Learned",
    remedy: `Pass theta: { ${likelihood.parameters.map((parameter) => `${parameter.name}: …`).join(", ")} }.`,
  });
}

function requireKnown({ parameters }: Likelihood, given: Readonly<Record<string, unknown>>): void {
  let numGiven = 0;
  for (const _ in given) numGiven++;
  if (numGiven <= parameters.length) return;
  const names = parameters.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  throw new PoolishError(`theta.${unknown} is not a parameter of this likelihood`, {
    kind: "input",
    field: "Learned",
    remedy: `Its parameters are: ${names.join(", ")}.`,
  });
}
