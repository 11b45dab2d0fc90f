import type { Likelihood } from "@poolish/core";
import { boxEdges, type CompiledModel, elementNames, type Instruction, type RowPart } from "@poolish/ppl";

/** How often a parameter of a learned likelihood was beyond the box that it was trained in. */
export interface BoxShare {
  /** The observed site. */
  readonly site: string;
  /** The likelihood's parameter. */
  readonly parameter: string;
  readonly box: readonly [lower: number, upper: number];
  /** The share of draws that were beyond the box, in the θ row where it is largest. */
  readonly share: number;
  /** How much of that share was below the box; the rest was above. */
  readonly below: number;
  /** That row: the model's value (`rate[5]`), or "trial 17" where it is computed for each trial (counted from 0). */
  readonly where: string;
  /** The share over all draws and all θ rows of the site. */
  readonly overall: number;
  /** Whether a guard holds draws back at the edge, so that fewer leave the box than would without it. */
  readonly isGuarded: boolean;
}

export type LearnedInstruction = Extract<Instruction, { op: "learned" }>;

/** Counts draws beyond the box of one observation, one `count` a draw. */
export interface BoxCounter {
  /** θ: numRows × width, row-major, of one draw. */
  count(theta: Float64Array): void;
  shares(): readonly BoxShare[];
}

/** Undefined for a likelihood whose parameters have no edge that they could cross. */
export function boxCounter(
  model: CompiledModel,
  { observation, parts }: LearnedInstruction,
  { parameters }: Likelihood,
): BoxCounter {
  const { site, row, numRows, isGuarded } = model.observations[observation];
  const width = parts.length;
  const edges = parameters.map(boxEdges);
  const below = new Int32Array(numRows * width);
  const above = new Int32Array(numRows * width);
  let numDraws = 0;
  return {
    count(theta) {
      numDraws++;
      for (let p = 0; p < edges.length; p++) {
        const { lower, upper } = edges[p];
        for (let k = p; k < theta.length; k += width) {
          if (theta[k] < lower) below[k]++;
          else if (theta[k] > upper) above[k]++;
        }
      }
    },
    shares: () =>
      parameters.map(({ name: parameter, box }, p): BoxShare => {
        let worst = 0;
        let total = 0;
        for (let r = 0; r < numRows; r++) {
          const at = r * width + p;
          const best = worst * width + p;
          total += below[at] + above[at];
          if (below[at] + above[at] > below[best] + above[best]) worst = r;
        }
        const k = worst * width + p;
        const shareOf = (count: number, of: number): number => (of === 0 ? 0 : count / of);
        return {
          ...{ site, parameter, box, isGuarded },
          share: numRows === 0 ? 0 : shareOf(below[k] + above[k], numDraws),
          below: numRows === 0 ? 0 : shareOf(below[k], numDraws),
          where: nameOf(model, parts[p], row, worst),
          overall: shareOf(total, numDraws * numRows),
        };
      }),
  };
}

/** What the model calls the element that θ row `r` reads, if it records it; its first trial otherwise. */
function nameOf({ variables, coords }: CompiledModel, { slot, index }: RowPart, row: Int32Array, r: number): string {
  const variable = variables.find((each) => each.slot.offset === slot.offset && each.slot.size === slot.size);
  if (variable !== undefined) return elementNames(variable, coords)[index[r]];
  return slot.size === 1 ? "all trials" : `trial ${row.indexOf(r)}`;
}
