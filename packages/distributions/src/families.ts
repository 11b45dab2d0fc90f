import { bernoulliFamily } from "./bernoulli.ts";
import { bernoulliLogitFamily } from "./bernoulliLogit.ts";
import { betaFamily } from "./beta.ts";
import { binomialFamily } from "./binomial.ts";
import { binomialLogitFamily } from "./binomialLogit.ts";
import { categoricalFamily } from "./categorical.ts";
import { cauchyFamily } from "./cauchy.ts";
import { dirichletFamily } from "./dirichlet.ts";
import { exponentialFamily } from "./exponential.ts";
import type { Family } from "./family.ts";
import { gammaFamily } from "./gamma.ts";
import { geometricFamily } from "./geometric.ts";
import { halfCauchyFamily } from "./halfCauchy.ts";
import { halfNormalFamily } from "./halfNormal.ts";
import { inverseGammaFamily } from "./inverseGamma.ts";
import { laplaceFamily } from "./laplace.ts";
import { lkjCholeskyFamily } from "./lkjCholesky.ts";
import { logisticFamily } from "./logistic.ts";
import { logNormalFamily } from "./logNormal.ts";
import { multivariateNormalFamily } from "./multivariateNormal.ts";
import { negativeBinomialFamily } from "./negativeBinomial.ts";
import { normalFamily } from "./normal.ts";
import { poissonFamily } from "./poisson.ts";
import { poissonLogFamily } from "./poissonLog.ts";
import { studentTFamily } from "./studentT.ts";
import { uniformFamily } from "./uniform.ts";
import { vonMisesFamily } from "./vonMises.ts";
import { weibullFamily } from "./weibull.ts";

/** Every family with a name, by alphabet; composed ones (`truncated`, `censored`, `mixture`) are made of these. */
export const families: readonly Family[] = [
  bernoulliFamily,
  bernoulliLogitFamily,
  betaFamily,
  binomialFamily,
  binomialLogitFamily,
  categoricalFamily,
  cauchyFamily,
  dirichletFamily,
  exponentialFamily,
  gammaFamily,
  geometricFamily,
  halfCauchyFamily,
  halfNormalFamily,
  inverseGammaFamily,
  laplaceFamily,
  lkjCholeskyFamily,
  logisticFamily,
  logNormalFamily,
  multivariateNormalFamily,
  negativeBinomialFamily,
  normalFamily,
  poissonFamily,
  poissonLogFamily,
  studentTFamily,
  uniformFamily,
  vonMisesFamily,
  weibullFamily,
];
