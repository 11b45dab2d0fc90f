import { bernoulliFamily } from "./bernoulli.ts";
import { betaFamily } from "./beta.ts";
import { binomialFamily } from "./binomial.ts";
import { cauchyFamily } from "./cauchy.ts";
import { exponentialFamily } from "./exponential.ts";
import type { Family } from "./family.ts";
import { gammaFamily } from "./gamma.ts";
import { halfCauchyFamily } from "./halfCauchy.ts";
import { halfNormalFamily } from "./halfNormal.ts";
import { laplaceFamily } from "./laplace.ts";
import { logNormalFamily } from "./logNormal.ts";
import { negativeBinomialFamily } from "./negativeBinomial.ts";
import { normalFamily } from "./normal.ts";
import { poissonFamily } from "./poisson.ts";
import { studentTFamily } from "./studentT.ts";
import { uniformFamily } from "./uniform.ts";

/** Every family of this package, by alphabet. */
export const families: readonly Family[] = [
  bernoulliFamily,
  betaFamily,
  binomialFamily,
  cauchyFamily,
  exponentialFamily,
  gammaFamily,
  halfCauchyFamily,
  halfNormalFamily,
  laplaceFamily,
  logNormalFamily,
  negativeBinomialFamily,
  normalFamily,
  poissonFamily,
  studentTFamily,
  uniformFamily,
];
