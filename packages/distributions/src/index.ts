export { bernoulli, bernoulliFamily } from "./bernoulli.ts";
export { bernoulliLogit, bernoulliLogitFamily } from "./bernoulliLogit.ts";
export { beta, betaFamily } from "./beta.ts";
export { binomial, binomialFamily } from "./binomial.ts";
export { binomialLogit, binomialLogitFamily } from "./binomialLogit.ts";
export type { Bounds } from "./bounds.ts";
export { categorical, categoricalFamily } from "./categorical.ts";
export { cauchy, cauchyFamily } from "./cauchy.ts";
export { censored, censoredFamily } from "./censored.ts";
export { descriptorOf } from "./descriptorOf.ts";
export { dirichlet, dirichletFamily } from "./dirichlet.ts";
export { distribution, vectorDistribution } from "./distribution.ts";
export { exponential, exponentialFamily } from "./exponential.ts";
export { families } from "./families.ts";
export type {
  BoundSum,
  ComposedDescriptor,
  Distribution,
  Family,
  FamilyDescriptor,
  FamilyParameter,
  LogCumulative,
  ScalarFamily,
  Shape,
  Strided,
  SumPlaces,
  VectorDistribution,
  VectorFamily,
} from "./family.ts";
export { familyFrom } from "./familyFrom.ts";
export { gamma, gammaFamily } from "./gamma.ts";
export { geometric, geometricFamily } from "./geometric.ts";
export { halfCauchy, halfCauchyFamily } from "./halfCauchy.ts";
export { halfNormal, halfNormalFamily } from "./halfNormal.ts";
export { inverseGamma, inverseGammaFamily } from "./inverseGamma.ts";
export { laplace, laplaceFamily } from "./laplace.ts";
export { lkjCholesky, lkjCholeskyFamily } from "./lkjCholesky.ts";
export { logistic, logisticFamily } from "./logistic.ts";
export { logNormal, logNormalFamily } from "./logNormal.ts";
export { mixture, mixtureFamily } from "./mixture.ts";
export { multivariateNormal, multivariateNormalFamily } from "./multivariateNormal.ts";
export { negativeBinomial, negativeBinomialFamily } from "./negativeBinomial.ts";
export { normal, normalFamily } from "./normal.ts";
export { parameterNumbers } from "./parameterNumbers.ts";
export { poisson, poissonFamily } from "./poisson.ts";
export { poissonLog, poissonLogFamily } from "./poissonLog.ts";
export { studentT, studentTFamily } from "./studentT.ts";
export { truncated, truncatedFamily } from "./truncated.ts";
export { uniform, uniformFamily } from "./uniform.ts";
export { vonMises, vonMisesFamily } from "./vonMises.ts";
export { weibull, weibullFamily } from "./weibull.ts";
