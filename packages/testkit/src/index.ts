export {
  alonePosterior,
  type CookieFactoriesPosterior,
  type CookieGroup,
  cookieFactoriesPosterior,
  type Moments,
  pooledPosterior,
} from "./cookieFactories.ts";
export { allowedStandardErrors, expectMeanWithin, type MeanExpectation } from "./statistics.ts";
