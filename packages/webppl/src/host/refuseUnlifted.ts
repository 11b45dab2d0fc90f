import { PoolishError } from "@poolish/core";
import type { WebpplHost } from "./webpplHost.ts";

/** Functions of `Math` that WebPPL passes on as they are, with what says the same in functions that it differentiates. */
const UNLIFTED: Readonly<Record<string, string>> = {
  log1p: "Math.log(1 + x)",
  expm1: "Math.exp(x) - 1",
  log2: "Math.log(x) / Math.LN2",
  log10: "Math.log(x) / Math.LN10",
  hypot: "Math.sqrt(x * x + y * y)",
  cbrt: "Math.pow(x, 1 / 3)",
  sign: "x > 0 ? 1 : -1",
  trunc: "Math.floor(x)",
};

/**
 * Makes the few functions of `Math` that do not know AD values say so, instead of returning NaN. On numbers they stay
 * what they are.
 */
export function refuseUnlifted({ ad }: WebpplHost): void {
  for (const [name, instead] of Object.entries(UNLIFTED)) {
    const plain = ad.scalar[name];
    ad.scalar[name] = (...values) => {
      if (values.some((value) => ad.isLifted(value))) throw notLifted(name, instead);
      return plain(...values);
    };
  }
}

function notLifted(name: string, instead: string): PoolishError {
  return new PoolishError(`the program cannot be differentiated: Math.${name} does not know AD values`, {
    kind: "model",
    field: `Math.${name}`,
    remedy: `Write ${instead}, or use method 'MCMC' with the kernel 'MH'.`,
  });
}
