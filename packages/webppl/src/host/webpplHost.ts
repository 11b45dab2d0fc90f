import type { Ad, Scalar, ScalarNodeConstructor, TensorConstructor, TensorNodeConstructor } from "./adNodes.ts";
import type {
  DistributionBase,
  DistributionType,
  MarginalSample,
  ParameterType,
  SampleBasedMarginal,
} from "./distribution.ts";
import type { ParseStack, WebpplErrors } from "./shortErrors.ts";
import type { SyntaxTree } from "./syntaxTree.ts";
import type { TrampolineMakers } from "./trampoline.ts";
import type { Parser } from "./watchParser.ts";

/** The modules of the running copy of WebPPL. Never import `webppl` elsewhere: a second copy breaks differentiation. */
export interface WebpplHost {
  readonly ad: Ad;
  readonly util: WebpplUtil;
  readonly dists: WebpplDists;
  readonly base: DistributionBase;
  readonly types: WebpplTypes;
  readonly numeric: { logaddexp(a: Scalar, b: Scalar): Scalar };
  readonly Tensor: TensorConstructor;
  readonly ScalarNode: ScalarNodeConstructor;
  readonly TensorNode: TensorNodeConstructor;
  readonly errors: WebpplErrors;
  /** Reads the stack of an error as V8 writes it. */
  readonly parseStack: ParseStack;
  /** The JavaScript parser that WebPPL itself uses, as its compiler finds it. */
  readonly parser: Parser;
  /** The parser itself, whatever becomes of `parser`. */
  parse(source: string, options: { readonly loc: true }): SyntaxTree;
}

/** Checks of distributions' parameters, by name. */
export interface WebpplTypes {
  readonly positiveReal: ParameterType;
  readonly unboundedReal: ParameterType;
}

export interface WebpplUtil extends TrampolineMakers {
  /** WebPPL's own uniform random numbers, seeded by `--random-seed`. */
  random(): number;
  seedRNG(seed: string): void;
  /** Back to random numbers without a seed. */
  resetRNG(): void;
  /** Reads an option that is a name, or an object of one name with its options, and passes both to `use`. */
  getValAndOpts(given: unknown, use: (name: string, options: object) => unknown): unknown;
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
