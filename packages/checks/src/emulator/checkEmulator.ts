import {
  type CancelSignal,
  type OnProgress,
  pause,
  requireCount,
  rngFromSeed,
  type Simulator,
  throwIfAborted,
} from "@poolish/core";
import { type Fit, learnedRows } from "@poolish/inference";
import { c2stNull } from "../c2st/c2stNull.ts";
import { compareColumns } from "./compareColumns.ts";
import { drawTwins, type Twins } from "./drawTwins.ts";
import type { EmulatorCheck, GroupComparison } from "./emulatorCheck.ts";
import { emulatorVerdict } from "./emulatorVerdict.ts";
import { requireSimulator } from "./requireSimulator.ts";

export interface CheckEmulatorOptions {
  /** Posterior draws that each group is compared at, spread evenly over all chains: at least 100; 500 or more see small errors. */
  readonly count: number;
  readonly seed: number;
  /** The learned site; needed where there are several. */
  readonly site?: string;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/** Wrong alarms of an exact emulator, over all comparisons. */
const LEVEL = 0.01;
const FEWEST_DRAWS = 100;
/** Pairs that the comparison of all groups together looks at, at most: what is beyond costs time and finds trifles. */
const MOST_TOGETHER = 4000;

/**
 * Is the learned likelihood right *where the posterior lives*? Draws x from the likelihood and from the simulator at the
 * same posterior draws (θ rows and conditions of the data's own trials), and lets a classifier tell them apart: the
 * classifier two-sample test of Lopez-Paz & Oquab (2017), for each group and each column, against its null distribution.
 * @throws PoolishError for a simulator that does not match the likelihood, a site that is not learned or cannot be
 * sampled, fewer than 100 draws, a simulator that fails at most draws, and when cancelled.
 */
export async function checkEmulator(
  fit: Fit,
  simulator: Simulator,
  options: CheckEmulatorOptions,
): Promise<EmulatorCheck> {
  const { count, seed, onProgress, signal } = options;
  requireCount("count", count, FEWEST_DRAWS);
  requireCount("seed", seed, 0);
  const rows = learnedRows(fit, options.site);
  const likelihood = fit.likelihoods[rows.likelihood];
  requireSimulator(likelihood, simulator);
  const { columns } = likelihood;
  const { groups: twins, numFailed } = drawTwins({ fit, rows, likelihood, simulator, count, rng: rngFromSeed(seed) });
  const all = joinTwins(twins, MOST_TOGETHER, columns.length);
  const compare = async (label: string, { emulated, simulated }: Twins): Promise<GroupComparison> => {
    const comparisons = await compareColumns(columns, emulated, simulated, { seed, ...(signal && { signal }) });
    return { label, comparisons };
  };
  const together = await compare(all.label, all);
  const groups: GroupComparison[] = [];
  for (const [g, each] of (twins.length > 1 ? twins : []).entries()) {
    await pause();
    throwIfAborted(signal, "checkEmulator");
    groups.push(await compare(each.label, each));
    onProgress?.({ task: "check emulator", done: g + 1, total: twins.length });
  }
  const numRows = Math.min(...twins.map(({ simulated }) => simulated.length / columns.length));
  return {
    site: rows.site,
    columns: columns.map(({ name }) => name),
    count: numRows,
    ...{ together, groups },
    draws: { emulated: all.emulated, simulated: all.simulated },
    numFailed,
    ...judge(together, groups, all.simulated.length / columns.length, numRows, numFailed),
  };
}

type Judgement = "groupNull" | "togetherNull" | "groupThreshold" | "togetherThreshold";

function judge(
  together: GroupComparison,
  groups: readonly GroupComparison[],
  numTogether: number,
  numRows: number,
  numFailed: number,
): Pick<EmulatorCheck, Judgement> & ReturnType<typeof emulatorVerdict> {
  const level = LEVEL / (together.comparisons.length * (1 + groups.length));
  const [groupNull, togetherNull] = [numRows, numTogether].map((count) => c2stNull(count, count));
  return {
    ...{ groupNull, togetherNull },
    groupThreshold: groupNull.threshold(level),
    togetherThreshold: togetherNull.threshold(level),
    ...emulatorVerdict([together, ...groups], level, numFailed),
  };
}

/** The pairs of all groups, one group after another, each cut to its share of `most`. */
function joinTwins(twins: readonly Twins[], most: number, width: number): Twins {
  const perGroup = Math.max(1, Math.ceil(most / twins.length));
  const join = (side: "emulated" | "simulated"): Float64Array => {
    const parts = twins.map((each) => each[side].subarray(0, perGroup * width));
    const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  return {
    label: twins.length === 1 ? twins[0].label : "all groups",
    emulated: join("emulated"),
    simulated: join("simulated"),
  };
}
