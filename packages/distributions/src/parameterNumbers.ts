import { type Argument, isExpression } from "@poolish/core";
import type { Family } from "./family.ts";

export function isNumbers(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/**
 * All numbers of all parameters, one parameter after another, as `support` and `sample` take them. What is not known
 * (an expression, or a scalar that differs from trial to trial) is NaN; `sizeOf` says how many numbers the expression of
 * a vector parameter has.
 */
export function parameterNumbers(
  family: Family,
  parameters: readonly Argument[],
  sizeOf: (k: number) => number = () => 1,
): number[] {
  return parameters.flatMap((value, k) => {
    const isScalar = (family.parameters[k].shape ?? "scalar") === "scalar";
    if (typeof value === "number") return [value];
    if (isScalar) return [Number.NaN];
    return isExpression(value) ? new Array<number>(sizeOf(k)).fill(Number.NaN) : Array.from(value);
  });
}
