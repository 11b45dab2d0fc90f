import { halfCauchy, normal } from "@poolish/ppl";
import { type BenchModel, benchModel } from "./benchModel.ts";

/** Rubin (1981); the real data. */
const data = { effect: [28, 8, -3, 7, -1, 1, 18, 12], error: [15, 10, 16, 11, 9, 11, 10, 18] };

export const eightSchoolsNonCentred: BenchModel = benchModel(
  "eightSchoolsNonCentred",
  data,
  ({ sample, plate, observe }, { effect, error }) => {
    const mu = sample("mu", normal(0, 5));
    const tau = sample("tau", halfCauchy(5));
    const eta = plate("school", 8, () => sample("eta", normal(0, 1)));
    plate("school", 8, () => observe("effect", normal(eta.mul(tau).add(mu), error), effect));
  },
);

export const eightSchoolsCentred: BenchModel = benchModel(
  "eightSchoolsCentred",
  data,
  ({ sample, plate, observe }, { effect, error }) => {
    const mu = sample("mu", normal(0, 5));
    const tau = sample("tau", halfCauchy(5));
    const theta = plate("school", 8, () => sample("theta", normal(mu, tau)));
    plate("school", 8, () => observe("effect", normal(theta, error), effect));
  },
);
