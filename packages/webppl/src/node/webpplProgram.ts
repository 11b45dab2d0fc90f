import type { CancelSignal, OnProgress } from "@poolish/core";

/** What a program may be given. */
export interface RunOptions {
  /** Global variables of the program, by name: tables, numbers, estimators. They are gone after the run. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Seed of WebPPL's random numbers; without one, each run differs. */
  readonly seed?: number | string;
  /**
   * Other WebPPL packages: paths (with a slash), or names to look for where the webppl command looks, in node_modules of
   * the current directory and in ~/.webppl/node_modules.
   */
  readonly packages?: readonly string[];
  /** Ends the run with a PoolishError of the kind "cancelled". */
  readonly signal?: CancelSignal;
  /** Told of the iterations of NUTS, about 100 times a chain. */
  readonly onProgress?: OnProgress;
  /** What messages call the program; relative paths in it are looked for next to this file, too. */
  readonly filename?: string;
}
