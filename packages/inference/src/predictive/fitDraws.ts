import { rngFromSeed } from "@poolish/core";
import type { Fit } from "../fit.ts";
import type { Replay } from "./replay.ts";

/** The position of draw `draw`, counted over all chains in turn; a view. */
export function positionOf(fit: Fit, draw: number): Float64Array {
  const { dim } = fit.model.layout;
  const from = (draw % fit.numDraws) * dim;
  return fit.positions(Math.floor(draw / fit.numDraws)).subarray(from, from + dim);
}

/** The draw that entry `i` of `count` uses, so that they are spread evenly over all chains. */
export function spreadDraw(fit: Fit, i: number, count: number): number {
  return Math.floor((i * fit.numChains * fit.numDraws) / count);
}

/** Runs a replay that knows all latents at each draw, counted over all chains in turn. */
export function forEachDraw(fit: Fit, replay: Replay, visit: (draw: number) => void): void {
  const latents = new Float64Array(replay.numLatents);
  const unused = rngFromSeed(0);
  for (let draw = 0; draw < fit.numChains * fit.numDraws; draw++) {
    replay.latentsAt(positionOf(fit, draw), latents);
    replay.run(latents, unused);
    visit(draw);
  }
}
