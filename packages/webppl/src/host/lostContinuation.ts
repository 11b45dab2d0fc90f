import { PoolishError } from "@poolish/core";

/** The error for a program, or a model in it (`what`), that has stopped without coming to its end. */
export function lostContinuation(what: string): PoolishError {
  return new PoolishError(`the ${what} stopped before its end without an error`, {
    kind: "model",
    remedy:
      "A plain JavaScript function was probably called by its bare name, as in parseInt(x): call it as a property of an object, e.g. _.parseInt(x).",
  });
}
