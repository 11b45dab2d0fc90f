import { halfCauchy, model, nonCentered, normal } from "@poolish/ppl";

/** What each school's own experiment found: the effect of coaching on SAT scores, and its standard error (Rubin 1981). */
export interface SchoolData {
  readonly school: readonly string[];
  readonly effect: ArrayLike<number>;
  readonly standardError: ArrayLike<number>;
}

/** The schools differ around a common effect; how much they differ is learned with it. */
export const eightSchools = model("eight schools", ({ sample, plate, observe }, data: SchoolData) => {
  const mu = sample("mu", normal(0, 5));
  const tau = sample("tau", halfCauchy(5));
  const theta = plate("school", data.school, () => sample("theta", nonCentered(normal(mu, tau))));
  observe("effect", normal(theta, data.standardError), data.effect);
});
