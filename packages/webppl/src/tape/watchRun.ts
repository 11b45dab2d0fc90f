import type { Scalar } from "../host/adNodes.ts";
import type { ParameterType } from "../host/distribution.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { comparisons } from "./comparisons.ts";
import type { TapeRecorder } from "./tapeRecorder.ts";

/** A check of a real number knows its bounds; others (integers, arrays) do not. */
interface RealType extends ParameterType {
  readonly name?: string;
}

/**
 * Runs `run` and tells the recorder of all that leaves no node behind: comparisons, by which a program chooses its path;
 * checks of distributions' parameters; and looks at the number inside of an AD value, whose further way nobody knows.
 * WebPPL and its programs look these functions up at each call.
 */
export function watchRun(host: WebpplHost, recorder: TapeRecorder, run: () => number): number {
  const { ad } = host;
  /** The AD value that a parameter check is about to see as a number. */
  let pending: Scalar | undefined;

  const restore = [
    ...Object.entries(comparisons).map(([name, compare]) =>
      replace(ad.scalar, name, (original) => (a, b) => {
        const result = original(a, b);
        recordComparison(host, recorder, compare, a, b, result === true);
        return result;
      }),
    ),
    replace(ad, "value", (original) => (value: Scalar) => {
      if (ad.isLifted(value)) recorder.look();
      return original(value);
    }),
    replace(ad, "valueRec", (original) => (value: unknown) => {
      if (containsNode(host, value)) {
        recorder.look();
        pending = isScalarNode(host, value) ? value : undefined;
      }
      return original(value);
    }),
    ...parameterTypes(host).map((type) =>
      replace(type, "check", (original) => (value: unknown) => {
        if (pending !== undefined && type.name === "real") {
          recorder.check(original, pending);
          recorder.explainLook();
        }
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

function recordComparison(
  host: WebpplHost,
  recorder: TapeRecorder,
  compare: (a: number, b: number) => boolean,
  a: Scalar,
  b: Scalar,
  result: boolean,
): void {
  if (!host.ad.isLifted(a) && !host.ad.isLifted(b)) return;
  const other = b === undefined ? 0 : b;
  if (isScalar(host, a) && isScalar(host, other)) recorder.guard(compare, a, other, result);
  else recorder.giveUp();
}

function isScalarNode(host: WebpplHost, value: unknown): value is Scalar {
  return host.ad.isLifted(value) && typeof value.x === "number";
}

function isScalar(host: WebpplHost, value: unknown): value is Scalar {
  return typeof value === "number" || isScalarNode(host, value);
}

/** As deep as WebPPL itself looks. */
function containsNode(host: WebpplHost, value: unknown): boolean {
  if (host.ad.isLifted(value)) return true;
  if (typeof value !== "object" || value === null || value instanceof host.Tensor) return false;
  return Object.values(value).some((part) => containsNode(host, part));
}

function parameterTypes({ dists }: WebpplHost): readonly RealType[] {
  const types = Object.values(dists).flatMap((type) => {
    const { prototype } = type as {
      readonly prototype?: { readonly meta?: { readonly params?: readonly Parameter[] } };
    };
    return prototype?.meta?.params?.map((parameter) => parameter.type) ?? [];
  });
  return [...new Set(types.filter((type) => type !== undefined))];
}

interface Parameter {
  readonly type?: RealType;
}

/** Puts `wrap(original)` in the place of a method; the result undoes it. */
function replace<T extends object, K extends keyof T>(object: T, name: K, wrap: (original: T[K]) => T[K]): () => void {
  const original = object[name];
  object[name] = wrap(original);
  return () => {
    object[name] = original;
  };
}
