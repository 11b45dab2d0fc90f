import type { Scalar, Tensor, TensorNode } from "../host/adNodes.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { comparisons } from "./comparisons.ts";
import { checkParameter, parameterTypes } from "./parameterChecks.ts";
import type { TapeRecorder } from "./tapeRecorder.ts";

/** Functions of tensors that return what they have seen, and no node. */
const TENSOR_LOOKS = ["allreduce", "anyreduce", "isNaN", "isFinite"] as const;

/**
 * Runs `run` and tells the recorder of all that leaves no node behind: comparisons, by which a program chooses its path;
 * checks of distributions' parameters; and looks at the number inside of an AD value, whose further way nobody knows.
 * WebPPL and its programs look these functions up at each call.
 */
export function watchRun(host: WebpplHost, recorder: TapeRecorder, run: () => number): number {
  const { ad } = host;
  /** What a parameter check is about to see as numbers. */
  let pending: unknown;

  const restore = [
    ...Object.keys(comparisons).map((name) =>
      replace(ad.scalar, name, (original) => (a, b) => {
        const result = original(a, b);
        recordComparison(host, recorder, name, a, b, result === true);
        return result;
      }),
    ),
    ...TENSOR_LOOKS.map((name) =>
      replace(ad.tensor, name, (original) => (tensor: never) => {
        if (ad.isLifted(tensor)) recorder.giveUp();
        return original(tensor);
      }),
    ),
    replace(ad, "value", (original) => (value: Scalar) => lookAt(host, recorder, value, original)),
    replace(ad, "valueRec", (original) => (value: unknown) => {
      if (containsNode(host, value)) {
        recorder.look();
        pending = value;
      }
      return original(value);
    }),
    ...parameterTypes(host).map((type) =>
      replace(type, "check", (original) => (value: unknown) => {
        if (pending !== undefined && checkParameter(host, recorder, type, original, pending)) recorder.explainLook();
        pending = undefined;
        return original(value);
      }),
    ),
  ];
  try {
    return run();
  } finally {
    for (const undo of restore) undo();
  }
}

/**
 * The number of a node, which is a look; of a tensor one that looks the same, at whose numbers somebody may look or, as
 * most of WebPPL's distributions, only at its dimensions.
 */
function lookAt(
  host: WebpplHost,
  recorder: TapeRecorder,
  value: Scalar | Tensor | TensorNode,
  original: (value: Scalar) => number,
): number {
  const inner = original(value as Scalar) as number | Tensor;
  if (!host.ad.isLifted(value)) return inner as number;
  if (typeof inner === "number") {
    recorder.look();
    if (recorder.explainsDeterminant(value)) recorder.explainLook();
    return inner;
  }
  const shadow: unknown = Object.create(host.Tensor.prototype, {
    dims: { value: inner.dims },
    length: { value: inner.length },
    data: {
      get() {
        recorder.look();
        return inner.data;
      },
    },
  });
  return shadow as number;
}

function recordComparison(
  host: WebpplHost,
  recorder: TapeRecorder,
  compare: string,
  a: Scalar,
  b: Scalar,
  result: boolean,
): void {
  if (!host.ad.isLifted(a) && !host.ad.isLifted(b)) return;
  if (isAbsence(compare, a, b)) return;
  const other = b === undefined ? 0 : b;
  if (isScalar(host, a) && isScalar(host, other)) recorder.guard(compare, a, other, result);
  else recorder.giveUp();
}

/** A test for undefined or null: of an AD value it always comes out the same. */
function isAbsence(compare: string, a: unknown, b: unknown): boolean {
  const isEquality = compare === "peq" || compare === "pneq" || compare === "eq" || compare === "neq";
  return isEquality && [a, b].some((value) => value === undefined || value === null);
}

function isScalar(host: WebpplHost, value: unknown): value is Scalar {
  return typeof value === "number" || (host.ad.isLifted(value) && typeof value.x === "number");
}

/** As deep as WebPPL itself looks. */
function containsNode(host: WebpplHost, value: unknown): boolean {
  if (host.ad.isLifted(value)) return true;
  if (typeof value !== "object" || value === null || value instanceof host.Tensor) return false;
  return Object.values(value).some((part) => containsNode(host, part));
}

/** Puts `wrap(original)` in the place of a method; the result undoes it. */
function replace<T extends object, K extends keyof T>(object: T, name: K, wrap: (original: T[K]) => T[K]): () => void {
  const original = object[name];
  object[name] = wrap(original);
  return () => {
    object[name] = original;
  };
}
