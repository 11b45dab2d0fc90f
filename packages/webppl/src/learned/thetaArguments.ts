import { type Likelihood, PoolishError } from "@poolish/core";
import type { Ad, Scalar } from "../host/adNodes.ts";

/**
 * θ by name → θ in the order of the likelihood's parameters; numbers and nodes pass as they are.
 * @throws PoolishError for a missing or unknown parameter, or one that is not a number.
 */
export function thetaArguments(
  ad: Ad,
  likelihood: Likelihood,
  theta: Readonly<Record<string, unknown>> | undefined,
): readonly Scalar[] {
  const { parameters } = likelihood;
  const values = new Array<Scalar>(parameters.length);
  for (let p = 0; p < parameters.length; p++) {
    const value = theta?.[parameters[p].name];
    if (typeof value !== "number" && !isScalarNode(ad, value)) throw badParameter(likelihood, p, value);
    values[p] = value;
  }
  let numGiven = 0;
  for (const _ in theta) numGiven++;
  if (numGiven > parameters.length) throw unknownParameter(likelihood, Object.keys(theta ?? {}));
  return values;
}

function isScalarNode(ad: Ad, value: unknown): value is Scalar {
  return ad.isLifted(value) && typeof value.x === "number";
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

function unknownParameter(likelihood: Likelihood, given: readonly string[]): PoolishError {
  const names = likelihood.parameters.map(({ name }) => name);
  return new PoolishError(
    `theta.${given.find((name) => !names.includes(name))} is not a parameter of this likelihood`,
    {
      kind: "input",
      field: "Learned",
      remedy: `Its parameters are: ${names.join(", ")}.`,
    },
  );
}
