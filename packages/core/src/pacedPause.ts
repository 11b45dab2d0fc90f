import { pause } from "./pause.ts";

/** Every host of JavaScript has this clock, too. */
declare const performance: { now(): number };

/** Work goes on for so many milliseconds between two pauses: a timer takes one or more, in browsers four. */
const PACE = 12;

/** A `pause` that may be called as often as one likes: it pauses when the last was 12 milliseconds ago, and else costs next to nothing. */
export function pacedPause(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < PACE) return;
    await pause();
    last = performance.now();
  };
}
