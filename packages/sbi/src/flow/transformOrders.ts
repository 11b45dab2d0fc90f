import { rngFromSeed } from "@poolish/core";
import { shuffle } from "@poolish/math";

/** Seeds of the shuffles are those of the transforms, from here on where the first order is shuffled too. */
const SHUFFLED_FROM = 1000;

/**
 * Fixed orders of the columns for `count` transforms: the first as they are given or shuffled, then by turns the reverse of
 * the one before and a new shuffle.
 */
export function transformOrders(numColumns: number, count: number, first: "given" | "shuffled"): number[][] {
  const orders: number[][] = [];
  for (let k = 0; k < count; k++) {
    const order = Int32Array.from({ length: numColumns }, (_, c) => c);
    if (first === "shuffled") shuffle(rngFromSeed(SHUFFLED_FROM + k), order);
    else if (k > 0) shuffle(rngFromSeed(k), order);
    orders.push(k % 2 === 1 ? [...orders[k - 1]].reverse() : Array.from(order));
  }
  return orders;
}
