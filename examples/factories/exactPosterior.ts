import { type CookieFactoriesPosterior, cookieFactoriesPosterior, type Moments } from "@poolish/testkit";
import type { CookieData } from "./factories.ts";

/** What the true, Poisson likelihood would have given, by quadrature. */
export function exactPosterior({ chips, location }: CookieData, numFactories: number): CookieFactoriesPosterior {
  const groups = Array.from({ length: numFactories }, () => ({ count: 0, sum: 0 }));
  for (let i = 0; i < chips.length; i++) {
    groups[location[i]].count += 1;
    groups[location[i]].sum += chips[i];
  }
  return cookieFactoriesPosterior(groups);
}

/** The moments of a quantity by the name that summaries have for it: `mu`, `sigma`, `rate[5]`. */
export function exactMoments(exact: CookieFactoriesPosterior, locations: readonly string[]): Map<string, Moments> {
  const rates = exact.rate.map((moments, code): [string, Moments] => [`rate[${locations[code]}]`, moments]);
  return new Map([["mu", exact.mu], ["sigma", exact.sigma], ...rates]);
}
