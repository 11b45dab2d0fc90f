import type { Scalar } from "./adNodes.ts";
import type { Coroutine, Environment } from "./coroutine.ts";
import type { WebpplHost } from "./webpplHost.ts";

/**
 * Gives Math.max and Math.min derivatives while this package runs a program: WebPPL's have none. WebPPL's own methods
 * keep theirs, so that old programs draw what they always drew.
 */
export function liftExtremes({ ad }: WebpplHost, environment: Environment): void {
  const { max, min } = ad.scalar;
  const isOurs = () => (environment.coroutine as Partial<Coroutine>).isPoolish === true;
  const pick =
    (original: typeof max, isFirst: "geq" | "leq") =>
    (a: Scalar, b: Scalar, ...rest: Scalar[]) => {
      const isPair = rest.length === 0 && b !== undefined && (ad.isLifted(a) || ad.isLifted(b));
      if (!isPair || !isOurs()) return original(a, b, ...rest);
      // Looked up now: a recorder may stand in its place.
      return ad.scalar[isFirst](a, b) === true ? a : b;
    };
  ad.scalar.max = pick(max, "geq");
  ad.scalar.min = pick(min, "leq");
}
