import { rngFromSeed } from "@poolish/core";
import { poissonVariate } from "@poolish/math";
import { halfNormal, normal, poisson } from "@poolish/ppl";
import { type BenchModel, benchModel, dataSource } from "./benchModel.ts";

/** 85 counties, 919 houses, from 1 house a county up: synthetic, of the size and the shape of the radon data. */
function radonData() {
  const counties = 85;
  const { uniform, normal: draw, column } = dataSource(85_919);
  let total = 0;
  const upTo = column(counties, () => {
    total += Math.exp(draw(0, 1));
    return total;
  });
  const countyOf = () => {
    const point = uniform() * total;
    return upTo.findIndex((share) => point < share);
  };
  const uranium = column(counties, () => draw(0, 0.4));
  const intercept = uranium.map((value) => draw(1.5 + 0.7 * value, 0.16));
  const county = column(919, (row) => (row < counties ? row : countyOf()));
  const floor = column(919, () => Number(uniform() < 0.17));
  const logRadon = column(919, (row) => draw(intercept[county[row]] - 0.65 * floor[row], 0.75));
  return { counties, uranium, county, floor, logRadon };
}

/** Varying intercepts with a predictor of their own, centred (posteriordb: radon_mn-radon_hierarchical_intercept_centered). */
export const radon: BenchModel = benchModel(
  "radon",
  radonData(),
  ({ sample, plate, observe }, { counties, uranium, county, floor, logRadon }) => {
    const mu = sample("mu", normal(0, 10));
    const gamma = sample("gamma", normal(0, 10));
    const beta = sample("beta", normal(0, 10));
    const between = sample("between", halfNormal(1));
    const within = sample("within", halfNormal(1));
    const alpha = plate("county", counties, () => sample("alpha", normal(gamma.mul(uranium).add(mu), between)));
    observe("logRadon", normal(alpha.at(county).add(beta.mul(floor)), within), logRadon);
  },
);

/** The same houses with a slope for each county too: the varying-slopes model whose gradient has a bar of its own. */
export const varyingSlopes: BenchModel = benchModel(
  "varyingSlopes",
  radonData(),
  ({ sample, plate, observe }, { counties, county, floor, logRadon }) => {
    const meanIntercept = sample("meanIntercept", normal(0, 10));
    const meanSlope = sample("meanSlope", normal(0, 10));
    const betweenIntercepts = sample("betweenIntercepts", halfNormal(1));
    const betweenSlopes = sample("betweenSlopes", halfNormal(1));
    const within = sample("within", halfNormal(1));
    const [intercept, slope] = plate("county", counties, () => [
      sample("intercept", normal(meanIntercept, betweenIntercepts)),
      sample("slope", normal(meanSlope, betweenSlopes)),
    ]);
    observe("logRadon", normal(intercept.at(county).add(slope.at(county).mul(floor)), within), logRadon);
  },
);

/** Counts of 40 groups of 10. Synthetic. */
function countData() {
  const groups = 40;
  const { normal: draw, column } = dataSource(40_400);
  const rng = rngFromSeed(40_401);
  const intercept = column(groups, () => draw(1, 0.5));
  const group = column(400, (row) => row % groups);
  const x = column(400, () => draw(0, 1));
  const count = column(400, (row) => poissonVariate(rng, Math.exp(intercept[group[row]] + 0.3 * x[row])));
  return { groups, group, x, count };
}

/** Poisson regression with varying intercepts, non-centred (as posteriordb's GLMM models). */
export const poissonIntercepts: BenchModel = benchModel(
  "poissonIntercepts",
  countData(),
  ({ sample, plate, observe }, { groups, group, x, count }) => {
    const mu = sample("mu", normal(0, 5));
    const sigma = sample("sigma", halfNormal(1));
    const slope = sample("slope", normal(0, 1));
    const eta = plate("group", groups, () => sample("eta", normal(0, 1)));
    observe("count", poisson(eta.mul(sigma).add(mu).at(group).add(slope.mul(x)).exp()), count);
  },
);

/** Neal's funnel in 9 dimensions, written so that it is none (its centred form is not a fair race). */
export const funnelNonCentred: BenchModel = benchModel("funnelNonCentred", {}, ({ sample, plate, deterministic }) => {
  const v = sample("v", normal(0, 3));
  const z = plate("member", 8, () => sample("z", normal(0, 1)));
  deterministic("x", z.mul(v.mul(0.5).exp()));
});
