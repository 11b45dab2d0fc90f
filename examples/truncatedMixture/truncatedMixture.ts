import { dirichlet, dot, exp, gamma, mixture, model, poisson, stack, truncated } from "@poolish/ppl";

/** Days in hospital. Patients who leave on the day of arrival are in no register, so that the counts start at 1. */
export interface StayData {
  readonly days: ArrayLike<number>;
}

/** Two kinds of stay, short and long, of which the register shows what lasted a day or more. */
export const truncatedMixture = model("hospital stays", ({ sample, observe, deterministic }, data: StayData) => {
  const share = sample("share", dirichlet([2, 2]));
  const short = sample("short", gamma(2, 1));
  const gap = sample("gap", gamma(2, 0.3));
  const long = deterministic("long", short.add(gap));
  const stays = mixture(share, [poisson(short), poisson(long)]);
  observe("days", truncated(stays, { lower: 1 }), data.days);
  deterministic("unrecorded", dot(share, exp(stack(short, long).neg())));
});
