export { loadEstimator, saveEstimator } from "@poolish/estimators/node";
export { loadSimulations, saveSimulations } from "./simulationsFile.ts";
