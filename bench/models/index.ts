import type { BenchModel } from "./benchModel.ts";
import { eightSchoolsCentred, eightSchoolsNonCentred } from "./eightSchools.ts";
import { funnelNonCentred, poissonIntercepts, radon } from "./hierarchies.ts";
import { earnings, kidiq, logisticRegression, normalRegression, studentRegression } from "./regressions.ts";

export type { BenchModel } from "./benchModel.ts";
export { varyingSlopes } from "./hierarchies.ts";

/** Ten models in the manner of posteriordb's, with the data of eight schools and synthetic data otherwise. */
export const benchModels: readonly BenchModel[] = [
  eightSchoolsNonCentred,
  radon,
  eightSchoolsCentred,
  logisticRegression,
  normalRegression,
  poissonIntercepts,
  kidiq,
  earnings,
  funnelNonCentred,
  studentRegression,
];
