import type { Environment, Thunk } from "../host/coroutine.ts";
import type { WebpplHost } from "../host/webpplHost.ts";
import { type Kernel, type NutsKernel, nutsKernel } from "./nutsKernel.ts";
import type { StockTrace } from "./stockTrace.ts";

/**
 * Offers the kernel NUTS wherever WebPPL takes a kernel: `kernel: 'NUTS'`, `rejuvKernel: { NUTS: { … } }`. As after
 * WebPPL's own HMC, discrete choices get a step of MH; all of them do once a
 * trajectory has met another structure. WebPPL reads all such options through `util.getValAndOpts`.
 */
export function offerKernel(host: WebpplHost, environment: Environment): void {
  const { getValAndOpts } = host.util;
  host.util.getValAndOpts = (given, use) => {
    const options = nutsOptionsIn(given);
    if (options === undefined) return getValAndOpts(given, use);
    const discrete = use("MH", { discreteOnly: true, adRequired: true }) as Kernel;
    const any = use("MH", { adRequired: true }) as Kernel;
    return inTurn(nutsKernel(host, environment, options), discrete, any);
  };
}

function nutsOptionsIn(given: unknown): object | undefined {
  if (given === "NUTS") return {};
  if (typeof given !== "object" || given === null || Object.keys(given).join() !== "NUTS") return undefined;
  return (given as { readonly NUTS: object | undefined }).NUTS ?? {};
}

/** Where the continuous choices decide which others there are, MH on all of them leads from one structure to another. */
function inTurn(first: NutsKernel, discrete: Kernel, any: Kernel): Kernel {
  return Object.assign(
    (cont: (trace: StockTrace) => Thunk, trace: StockTrace, runOptions = {}) =>
      first((between) => (first.metOtherStructure ? any : discrete)(cont, between, runOptions), trace, runOptions),
    { adRequired: true },
  );
}
