import { type InspectOptions, inspect } from "node:util";
import type { WebpplHost } from "../host/webpplHost.ts";

/** A distribution's own way to print itself; Node before version 11 called it by this name. */
interface Inspectable {
  inspect(depth: number, options: InspectOptions): string;
}

/** Makes `console.log` print WebPPL's distributions as WebPPL wants them printed, which Node 11 ended. */
export function repairPrinting({ dists }: WebpplHost): void {
  const distribution = Object.getPrototypeOf(dists.SampleBasedMarginal.prototype);
  distribution[inspect.custom] = function (this: Inspectable, depth: number, options: InspectOptions): string {
    return this.inspect(depth, options);
  };
}
