import type { Scalar } from "./adNodes.ts";
import type { Distribution, DistributionType } from "./distribution.ts";
import type { WebpplHost } from "./webpplHost.ts";

const HALF_LOG_PI = 0.5723649429247001;

interface StudentTParams {
  readonly df: Scalar;
  readonly location: Scalar;
  readonly scale: Scalar;
}

interface StudentT extends Distribution {
  readonly params: StudentTParams;
}

/** Student's t with `df` degrees of freedom, as WebPPL's repository has it and its last release (0.9.15) has not. */
export function studentTType({ ad, base, dists, types }: WebpplHost): DistributionType<Distribution, StudentTParams> {
  const { add, sub, mul, div, log, logGamma } = ad.scalar;
  const Gaussian = dists.Gaussian as DistributionType<Distribution, { readonly mu: number; readonly sigma: number }>;
  const Gamma = dists.Gamma as DistributionType<Distribution, { readonly shape: number; readonly scale: number }>;
  return base.makeDistributionType<StudentT, StudentTParams>({
    name: "StudentT",
    params: [
      { name: "df", type: types.positiveReal },
      { name: "location", type: types.unboundedReal },
      { name: "scale", type: types.positiveReal },
    ],
    mixins: [base.continuousSupport],
    constructor() {},
    sample() {
      const [df, location, scale] = [this.params.df, this.params.location, this.params.scale].map(ad.value);
      const normal = Number(new Gaussian({ mu: 0, sigma: 1 }).sample());
      const chiSquared = Number(new Gamma({ shape: df / 2, scale: 2 }).sample());
      return location + (scale * normal) / Math.sqrt(chiSquared / df);
    },
    score(value) {
      const { df, location, scale } = this.params;
      const half = mul(0.5, add(df, 1));
      const z = div(sub(value as Scalar, location), scale);
      const constant = sub(sub(logGamma(half), logGamma(mul(0.5, df))), add(HALF_LOG_PI, mul(0.5, log(df))));
      return sub(sub(constant, log(scale)), mul(half, log(add(1, div(mul(z, z), df)))));
    },
  });
}
