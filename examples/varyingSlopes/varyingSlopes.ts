import {
  diagMul,
  exponential,
  lkjCholesky,
  model,
  multivariateNormal,
  nonCentered,
  normal,
  stack,
  vector,
} from "@poolish/ppl";

/** Radon in houses (Gelman & Hill 2007): log concentration, floor (0 basement, 1 first floor), county as a code. */
export interface RadonData {
  readonly logRadon: ArrayLike<number>;
  readonly floor: ArrayLike<number>;
  readonly county: ArrayLike<number>;
  readonly counties: readonly string[];
}

/** Each county has its own line: level in the basement and step to the first floor, which may be correlated. */
export const varyingSlopes = model("radon", ({ sample, plate, observe }, data: RadonData) => {
  const { mean, scale } = plate("coefficient", ["level", "step"], () => ({
    mean: sample("mean", normal(0, 2)),
    scale: sample("scale", exponential(1)),
  }));
  const correlation = sample("correlation", lkjCholesky(2, 2));
  const lines = multivariateNormal(vector(mean), diagMul(scale, correlation));
  const line = plate("county", data.counties, () => sample("line", nonCentered(lines)));
  const sigma = sample("sigma", exponential(1));
  observe("logRadon", normal(line.at(data.county).dot(stack(1, data.floor)), sigma), data.logRadon);
});
