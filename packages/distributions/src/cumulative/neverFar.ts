import type { CountTail } from "./countCumulative.ts";

/** The tail of a family with few values: they are always summed. */
export const neverFar: CountTail = () => {
  throw new Error("a family of few values has no far tail");
};
