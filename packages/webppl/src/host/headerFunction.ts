import type { Continuation, Store, Thunk } from "./coroutine.ts";

/** A function that WebPPL programs call as a global, in continuation style. */
export type HeaderFunction = (store: Store, k: Continuation, address: string, ...args: readonly unknown[]) => Thunk;

/** A plain function of the program's arguments as a header function. */
export function headerFunction(work: (...args: readonly unknown[]) => unknown): HeaderFunction {
  return (store, k, _address, ...args) => k(store, work(...args));
}
