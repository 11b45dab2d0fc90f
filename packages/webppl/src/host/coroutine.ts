import type { Scalar } from "./adNodes.ts";
import type { Distribution } from "./distribution.ts";

/** Globals of a WebPPL program that survive from one statement to the next (`globalStore`). */
export type Store = Readonly<Record<string, unknown>>;
/** A step of a trampolined computation: call it, and call what it returns, until nothing comes back. */
export type Thunk = (() => Thunk) | null | undefined;
export type Continuation = (store: Store, value?: unknown) => Thunk;
/** A function of a WebPPL program, after WebPPL's transforms. The address names the place in the run. */
export type WebpplFunction = (store: Store, k: Continuation, address: string) => Thunk;

/** Decides what `sample`, `factor` and `observe` do while a program runs; one is installed at any time. */
export interface Coroutine {
  sample(store: Store, k: Continuation, address: string, distribution: Distribution, options?: unknown): Thunk;
  factor(store: Store, k: Continuation, address: string, score: Scalar): Thunk;
  observe(store: Store, k: Continuation, address: string, distribution: Distribution, value: unknown): Thunk;
  exit(store: Store, value: unknown): Thunk;
  readonly incrementalize: unknown;
  /** Names of variational parameters are relative to `a`, the address at which the run began. */
  readonly isParamBase: boolean;
  readonly a: string;
  /** A coroutine of this package, for which Math.max and Math.min have derivatives. */
  readonly isPoolish?: true;
}

/** What WebPPL hands to a package's header. */
export interface Environment {
  coroutine: object;
  readonly defaultCoroutine: { readonly incrementalize: unknown };
  readonly exit: Continuation;
  /** The values that a program has recorded by `query.add`, to return all of them at once. */
  readonly query?: { clear(): void; getTable(): unknown };
}
