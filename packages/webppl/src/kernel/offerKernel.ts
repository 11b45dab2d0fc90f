import type { Environment, Thunk } from "../host/coroutine.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { type Kernel, nutsKernel } from "./nutsKernel.ts";
import type { StockTrace } from "./stockTrace.ts";

/**
 * Offers the kernel NUTS wherever WebPPL takes a kernel: `kernel: 'NUTS'`, `rejuvKernel: { NUTS: { … } }`. As after
 * WebPPL's own HMC, discrete choices get a step of MH. WebPPL reads all such options through `util.getValAndOpts`.
 */
export function offerKernel(host: WebpplHost, environment: Environment): void {
  const { getValAndOpts } = host.util;
  host.util.getValAndOpts = (given, use) => {
    const options = nutsOptionsIn(given);
    if (options === undefined) return getValAndOpts(given, use);
    const discrete = use("MH", { discreteOnly: true, adRequired: true }) as Kernel;
    return bothOf(nutsKernel(host, environment, options), discrete);
  };
}

function nutsOptionsIn(given: unknown): object | undefined {
  if (given === "NUTS") return {};
  if (typeof given !== "object" || given === null || Object.keys(given).join() !== "NUTS") return undefined;
  return (given as { readonly NUTS: object | undefined }).NUTS ?? {};
}

function bothOf(first: Kernel, second: Kernel): Kernel {
  return Object.assign(
    (cont: (trace: StockTrace) => Thunk, trace: StockTrace, runOptions = {}) =>
      first((between) => second(cont, between, runOptions), trace, runOptions),
    { adRequired: true },
  );
}
