import { requireSameProblem } from "./sameProblem.ts";
import type { Simulations } from "./simulations.ts";

/**
 * Simulations of one simulator from two proposals, one after the other. Parameters keep the support of the first; their
 * box is the smallest that holds both boxes.
 * @throws PoolishError unless parameters, columns and conditions are the same, in the same order.
 */
export function joinSimulations(first: Simulations, second: Simulations): Simulations {
  requireSameProblem(first, second, "Join simulations of one simulator.");
  return {
    ...first,
    parameters: first.parameters.map((parameter, p) => {
      const [[a, b], [c, d]] = [parameter.box, second.parameters[p].box];
      return { ...parameter, box: [Math.min(a, c), Math.max(b, d)] as const };
    }),
    count: first.count + second.count,
    theta: join(first.theta, second.theta),
    x: join(first.x, second.x),
    conditionValues: join(first.conditionValues, second.conditionValues),
    ...((first.numTrials || second.numTrials) && {
      numTrials: Int32Array.from([...trialCounts(first), ...trialCounts(second)]),
    }),
  };
}

function trialCounts({ count, numTrials }: Simulations): ArrayLike<number> & Iterable<number> {
  return numTrials ?? new Int32Array(count).fill(1);
}

function join(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
