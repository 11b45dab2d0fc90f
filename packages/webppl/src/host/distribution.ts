import type { Scalar } from "./adNodes.ts";

/** Bounds of a continuous distribution; a bound is a node when it depends on another random choice. */
export interface Bounds {
  readonly lower: Scalar;
  readonly upper: Scalar;
}

/** An instance of a WebPPL distribution. */
export interface Distribution {
  readonly meta: { readonly name: string };
  readonly params: object;
  readonly isContinuous: boolean;
  sample(): unknown;
  score(value: unknown): Scalar;
  /** Bounds of a continuous distribution, the list of values of a discrete one; absent on the whole real line. */
  support?(): unknown;
}

/** Bounds of a continuous distribution, undefined when it covers the whole real line. */
export function boundsOf(distribution: Distribution): Bounds | undefined {
  // Continuous distributions of WebPPL return { lower, upper }; only discrete ones return lists.
  return distribution.support === undefined ? undefined : (distribution.support() as Bounds);
}

/** A WebPPL distribution type. */
export type DistributionType<D extends Distribution, P> = new (params: P) => D;

/** What a parameter must be; `check` is given the value without AD nodes. */
export interface ParameterType {
  readonly desc: string;
  check(value: unknown): boolean;
}

/** What WebPPL's `makeDistributionType` takes. A parameter without `type` is stored unchecked, at no cost. */
export interface DistributionDefinition<D extends Distribution> {
  readonly name: string;
  readonly params: readonly {
    readonly name: string;
    readonly optional?: boolean;
    readonly type?: ParameterType;
  }[];
  readonly mixins: readonly object[];
  readonly constructor: (this: D) => void;
  sample(this: D): unknown;
  score(this: D, value: unknown): Scalar;
  print?(this: D): string;
}

/** WebPPL's `dists/base`. */
export interface DistributionBase {
  readonly continuousSupport: object;
  readonly noHMC: object;
  makeDistributionType<D extends Distribution, P>(definition: DistributionDefinition<D>): DistributionType<D, P>;
}

/** A marginal made of draws: what `Infer` returns. */
export interface SampleBasedMarginal extends Distribution {
  readonly samples: readonly MarginalSample[];
}

export interface MarginalSample {
  readonly value: unknown;
  readonly score: number;
}
