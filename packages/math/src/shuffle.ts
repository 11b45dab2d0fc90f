import type { Rng } from "@poolish/core";

/** Shuffles in place: every order equally likely (Fisher–Yates; Knuth 1997, algorithm 3.4.2P). */
export function shuffle(rng: Rng, values: Int32Array): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(rng.uniform() * (i + 1));
    const value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}
