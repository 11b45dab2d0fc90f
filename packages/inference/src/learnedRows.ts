import { PoolishError, type Rng, rngFromSeed } from "@poolish/core";
import { type CompiledModel, gatherTheta, type Instruction } from "@poolish/ppl";
import type { Fit } from "./fit.ts";
import { eventOwners, redraw } from "./loo/eventOwners.ts";
import { type LatentEvent, latentEvents } from "./loo/latentEvents.ts";
import { positionOf } from "./predictive/fitDraws.ts";
import { createReplay } from "./predictive/replay.ts";

/** The θ rows that a learned likelihood of a model is given, at the draws of a fit. */
export interface LearnedRows {
  readonly site: string;
  /** Which of the fit's likelihoods explains the site. */
  readonly likelihood: number;
  readonly numTrials: number;
  readonly numRows: number;
  /** The θ row of each trial. */
  readonly row: Int32Array;
  /** numTrials × the likelihood's conditions, row-major. */
  readonly conditions: Float64Array;
  /** The plate whose members share no row, the first if there are several, and its labels; one group without such a plate. */
  readonly plate: string | undefined;
  readonly groups: readonly string[];
  readonly groupOfRow: Int32Array;
  /** Overwrites `theta` (numRows × parameters, row-major) with the rows at draw `draw`, counted over all chains. */
  thetaAt(draw: number, theta: Float64Array): void;
  /**
   * The rows of groups that have not been seen: like `thetaAt`, with all that is sampled on plates drawn from the priors
   * that the draw's other values give it.
   */
  newThetaAt(draw: number, rng: Rng, theta: Float64Array): void;
}

type LearnedInstruction = Extract<Instruction, { op: "learned" }>;

/** The rows of the learned site `site`; needed where there are several. @throws PoolishError naming the sites there are. */
export function learnedRows(fit: Fit, site?: string): LearnedRows {
  const { model } = fit;
  const instruction = findLearned(model, site);
  const { likelihood, row, numRows, columns, site: name } = model.observations[instruction.observation];
  const { parameters, conditions } = fit.likelihoods[likelihood];
  // What follows the likelihood's own parameters is the lapse probability, which no simulator knows of.
  const parts = instruction.parts.slice(0, parameters.length);
  const events = latentEvents(model);
  const isKnown = new Uint8Array(events.reduce((count, { size }) => count + size, 0)).fill(1);
  const replay = createReplay(fit, isKnown);
  const latents = new Float64Array(replay.numLatents);
  const redrawable = { replay, isKnown, known: latents };
  const run = (draw: number, redrawn: readonly LatentEvent[], rng: Rng, theta: Float64Array): void => {
    replay.latentsAt(positionOf(fit, draw), latents);
    redraw(redrawable, redrawn, rng);
    gatherTheta(replay.values, parts, numRows, theta);
  };
  const onPlates = events.filter(({ place }) => [...place.keys()].some((dim) => dim in model.coords));
  const unused = rngFromSeed(0);
  return {
    ...{ site: name, likelihood, numTrials: row.length, numRows, row },
    conditions: interleave(
      conditions.map((condition) => columns[condition.name]),
      row.length,
    ),
    ...findGroups(
      model,
      events,
      (plate) => {
        replay.latentsAt(positionOf(fit, 0), latents);
        return eventOwners(redrawable, events, plate, model.coords[plate].length, unused.clone());
      },
      numRows,
      parts.length,
      (redrawn, theta) => run(0, redrawn, unused.clone(), theta),
    ),
    thetaAt: (draw, theta) => run(draw, [], unused, theta),
    newThetaAt: (draw, rng, theta) => run(draw, onPlates, rng, theta),
  };
}

function findLearned({ instructions, observations }: CompiledModel, site: string | undefined): LearnedInstruction {
  const learned = instructions.filter((each) => each.op === "learned");
  const found = learned.filter(({ observation }) => site === undefined || observations[observation].site === site);
  if (found.length === 1) return found[0];
  const names = learned.map(({ observation }) => observations[observation].site);
  throw new PoolishError(
    site === undefined ? `the model has ${names.length} learned sites` : "no learned likelihood explains data there",
    { kind: "input", field: site ?? "site", remedy: `Its learned sites are ${names.join(", ") || "none"}.` },
  );
}

function interleave(columns: readonly Float64Array[], count: number): Float64Array {
  const width = columns.length;
  return Float64Array.from({ length: count * width }, (_, i) => columns[i % width][Math.floor(i / width)]);
}

/** Finds out by moving: values of a member are drawn anew, and the rows that change are its rows. */
function findGroups(
  { coords }: CompiledModel,
  events: readonly LatentEvent[],
  ownersOn: (plate: string) => Int32Array,
  numRows: number,
  width: number,
  thetaWith: (redrawn: readonly LatentEvent[], theta: Float64Array) => void,
): Pick<LearnedRows, "plate" | "groups" | "groupOfRow"> {
  const before = new Float64Array(numRows * width);
  const after = new Float64Array(numRows * width);
  thetaWith([], before);
  for (const [plate, groups] of Object.entries(coords)) {
    const owners = ownersOn(plate);
    const numOwners = new Int32Array(numRows);
    const groupOfRow = new Int32Array(numRows);
    groups.forEach((_, group) => {
      const own = events.filter((_event, e) => owners[e] === group);
      if (own.length === 0) return;
      thetaWith(own, after);
      for (let r = 0; r < numRows; r++) {
        if (!hasChanged(before, after, r * width, width)) continue;
        numOwners[r]++;
        groupOfRow[r] = group;
      }
    });
    if (numOwners.every((count) => count === 1)) return { plate, groups, groupOfRow };
  }
  return { plate: undefined, groups: ["all trials"], groupOfRow: new Int32Array(numRows) };
}

function hasChanged(before: Float64Array, after: Float64Array, from: number, width: number): boolean {
  for (let i = from; i < from + width; i++) if (before[i] !== after[i]) return true;
  return false;
}
