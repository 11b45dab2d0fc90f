import type { Scalar, Tensor, TensorNode } from "../host/adNodes.ts";
import type { ParameterType } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import type { ParameterRange } from "./tape.ts";
import type { TapeRecorder } from "./tapeRecorder.ts";

/** A type of parameters as WebPPL has it. */
interface CheckedType extends ParameterType {
  readonly name?: string;
  readonly bounds?: ParameterRange;
}

/**
 * Writes down what a check of `given`, a parameter with AD values in it, looks at; false for a check of which nobody
 * knows that. Checks of dimensions come out the same in each run.
 */
export function checkParameter(
  host: WebpplHost,
  recorder: TapeRecorder,
  { name, bounds }: CheckedType,
  check: (value: unknown) => boolean,
  given: unknown,
): boolean {
  if (name === "posDefMatrix" || name === "any") return true;
  if (bounds === undefined) return false;
  switch (name) {
    case "real":
      return checkNumbers(host, recorder, bounds, [given]);
    case "vector":
    case "tensor":
      return !looksAtNumbers(host, check) || checkNumbers(host, recorder, bounds, [given]);
    case "vectorOrRealArray":
      return checkNumbers(host, recorder, bounds, Array.isArray(given) ? given : [given]);
    default:
      return false;
  }
}

function checkNumbers(
  host: WebpplHost,
  recorder: TapeRecorder,
  { low, high, lopen, ropen }: ParameterRange,
  values: readonly unknown[],
): boolean {
  const nodes = values.filter((value): value is Exclude<Scalar, number> | TensorNode => host.ad.isLifted(value));
  if (nodes.length < values.filter((value) => typeof value !== "number").length) return false;
  for (const node of nodes) recorder.check({ low, high, lopen, ropen }, node);
  return true;
}

/** Some types of tensors look at their dimensions only. */
function looksAtNumbers({ Tensor }: WebpplHost, check: (value: unknown) => boolean): boolean {
  const tensor: Tensor = new Tensor([1, 1]);
  tensor.data[0] = NaN;
  return !check(tensor);
}

/** The types of all parameters of WebPPL's distributions. */
export function parameterTypes({ dists }: WebpplHost): readonly CheckedType[] {
  const types = Object.values(dists).flatMap((type) => {
    const { prototype } = type as {
      readonly prototype?: { readonly meta?: { readonly params?: readonly { readonly type?: CheckedType }[] } };
    };
    return prototype?.meta?.params?.map((parameter) => parameter.type) ?? [];
  });
  return [...new Set(types.filter((type) => type !== undefined))];
}
