import type { Fit } from "@poolish/inference";

/** How one scalar of the model moved from one fit to the next. */
export interface ValueChange {
  readonly name: string;
  /** Posterior mean after less before, in posterior standard deviations before. */
  readonly shift: number;
  /** The Monte Carlo standard error of `shift`: what two runs of one posterior would show as well. */
  readonly shiftError: number;
  /** Posterior standard deviation after over before. */
  readonly scaleRatio: number;
}

/** The changes of all scalars that vary, in the order of `Fit.summary`. */
export function valueChanges(before: Fit, after: Fit): readonly ValueChange[] {
  const later = new Map(after.summary().map((line) => [line.name, line]));
  return before.summary().flatMap(({ name, mean, sd, mcse }): ValueChange[] => {
    const line = later.get(name);
    if (line === undefined || !(sd > 0)) return [];
    const shiftError = Math.hypot(mcse, line.mcse) / sd;
    return [{ name, shift: (line.mean - mean) / sd, shiftError, scaleRatio: line.sd / sd }];
  });
}
