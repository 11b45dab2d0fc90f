export { saveEstimator } from "@poolish/estimators/node";
export { loadEstimator } from "./loadEstimator.ts";
export { loadSimulations, saveSimulations } from "./simulationsFile.ts";
