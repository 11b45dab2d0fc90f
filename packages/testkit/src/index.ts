export {
  alonePosterior,
  type CookieFactoriesPosterior,
  type CookieGroup,
  cookieFactoriesPosterior,
  type Moments,
  pooledPosterior,
} from "./cookieFactories.ts";
export { chiSquare, kolmogorovSmirnov } from "./goodnessOfFit.ts";
export { caughtError, expectRefusal, expectRejection } from "./refusal.ts";
export { glmDesign } from "./sbibm/bernoulliGlm.ts";
export { numpyRandom } from "./sbibm/numpyRandom.ts";
export { type SbibmPosterior, sbibmPosterior } from "./sbibm/sbibmPosterior.ts";
export { type SbibmSimulator, sbibmSimulator } from "./sbibm/sbibmSimulator.ts";
export { parseSbibmTable, type SbibmTable } from "./sbibm/sbibmTable.ts";
export { type PriorRecord, SBIBM_TASK_NAMES, type SbibmTask, type SbibmTaskName } from "./sbibm/sbibmTask.ts";
export { sbibmTask } from "./sbibm/sbibmTaskByName.ts";
export { distractorDesign } from "./sbibm/slcpDistractors.ts";
export { allowedStandardErrors, expectMeanWithin, type MeanExpectation } from "./statistics.ts";
