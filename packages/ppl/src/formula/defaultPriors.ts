import type { Design } from "./design.ts";
import type { DesignBlock } from "./designColumns.ts";
import { type Link, linked } from "./link.ts";
import type { Prior } from "./prior.ts";

/** Default priors of a parameter, on the scale of its link: one for each fixed and each group-level column. */
export interface DefaultPriors {
  readonly fixed: readonly Prior[];
  /** Of the standard deviations, group term by group term. */
  readonly groups: readonly (readonly Prior[])[];
}

/** Without a finite box nothing is known of the parameter's size: a wide prior around 0 of the link. */
const WIDE: Center = { mean: 0, standardDeviation: 2.5 };

interface Center {
  readonly mean: number;
  readonly standardDeviation: number;
}

/**
 * Weakly informative priors from the box that the likelihood was trained in: on the link's scale, the sum of all terms
 * has 90 % of its prior mass in the middle four fifths of the box, so that the parameter stays mostly inside it. The intercept
 * takes half of that variance and the other terms share the rest evenly, each by the size of its column: coefficients
 * normal(0, s / rms), standard deviations between groups halfNormal(s / rms), whose mean square is the same.
 */
export function defaultPriors(design: Design, link: Link, box: readonly [number, number]): DefaultPriors {
  const { mean, standardDeviation } = centerOf(link, box);
  const levelBlock = design.blocks.find(({ isLevel }) => isLevel);
  const numOthers = design.blocks.length - (levelBlock === undefined ? 0 : 1) + countGroupBlocks(design);
  const ofLevel = levelBlock === undefined ? 0 : numOthers === 0 ? 1 : 0.5;
  const share = standardDeviation * Math.sqrt((1 - ofLevel) / Math.max(numOthers, 1));
  const fixed = design.blocks.flatMap((block): Prior[] => {
    const prior =
      block === levelBlock
        ? normalPrior(mean, standardDeviation * Math.sqrt(ofLevel))
        : normalPrior(0, share / sizeOfBlock(block));
    return block.columns.map(() => prior);
  });
  const groups = design.groups.map(({ blocks }) =>
    blocks.flatMap((block) => block.columns.map(() => scalePrior(share / sizeOfBlock(block)))),
  );
  return { fixed, groups };
}

function countGroupBlocks({ groups }: Design): number {
  return groups.reduce((count, { blocks }) => count + blocks.length, 0);
}

/** The 95 % quantile of the standard normal distribution. */
const QUANTILE = 1.6448536269514722;

/** The normal distribution with 5 % and 95 % quantiles a tenth of the box inside: at its edges a link may be infinite. */
function centerOf(link: Link, [boxLower, boxUpper]: readonly [number, number]): Center {
  const lower = Math.max(boxLower, link.lower);
  const upper = Math.min(boxUpper, link.upper);
  const width = upper - lower;
  if (!(Number.isFinite(width) && width > 0)) return WIDE;
  const [a, b] = [linked(link, lower + 0.1 * width), linked(link, upper - 0.1 * width)];
  const [mean, half] = [(a + b) / 2, Math.abs(b - a) / 2];
  // Rounding of a box that is symmetric on the link's scale.
  return { mean: Math.abs(mean) < 1e-9 * half ? 0 : mean, standardDeviation: half / QUANTILE };
}

/** Root mean square length of the rows of a block, over the rows in which it is not zero. */
function sizeOfBlock({ columns }: DesignBlock): number {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < columns[0].length; row++) {
    const square = columns.reduce((total, column) => total + column[row] ** 2, 0);
    sum += square;
    if (square > 0) count++;
  }
  return count === 0 ? 1 : Math.sqrt(sum / count);
}

function normalPrior(mean: number, standardDeviation: number): Prior {
  return { family: "normal", parameters: [rounded(mean), rounded(standardDeviation)], isCustom: false };
}

function scalePrior(scale: number): Prior {
  return { family: "halfNormal", parameters: [rounded(scale)], isCustom: false };
}

/** Three digits: what is printed is what is used. */
function rounded(value: number): number {
  return Number(value.toPrecision(3)) || 0;
}
