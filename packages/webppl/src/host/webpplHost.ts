import type { Ad, ScalarNodeConstructor, TensorConstructor, TensorNodeConstructor } from "./adNodes.ts";
import type { DistributionBase, DistributionType, MarginalSample, SampleBasedMarginal } from "./distribution.ts";
import type { WebpplErrors } from "./shortErrors.ts";
import type { SyntaxTree } from "./syntaxTree.ts";

/** The modules of the running copy of WebPPL. Never import `webppl` elsewhere: a second copy breaks differentiation. */
export interface WebpplHost {
  readonly ad: Ad;
  readonly util: WebpplUtil;
  readonly dists: WebpplDists;
  readonly base: DistributionBase;
  readonly Tensor: TensorConstructor;
  readonly ScalarNode: ScalarNodeConstructor;
  readonly TensorNode: TensorNodeConstructor;
  readonly errors: WebpplErrors;
  /** Reads the stack of an error as V8 writes it. */
  parseStack(error: Error): unknown;
  /** The JavaScript parser that WebPPL itself uses. */
  parse(source: string, options: { readonly loc: true }): SyntaxTree;
}

export interface WebpplUtil {
  /** WebPPL's own uniform random numbers, seeded by `--random-seed`. */
  random(): number;
  /** Runs and returns `thunk()`; WebPPL compiles each program through it, under the name "compile". */
  timeif<T>(isTimed: boolean, name: string, thunk: () => T): T;
}

/** The distribution types by name. */
export interface WebpplDists {
  readonly [name: string]: unknown;
  readonly SampleBasedMarginal: DistributionType<
    SampleBasedMarginal,
    { readonly samples: readonly MarginalSample[]; readonly numSamples: number }
  >;
}
