export { loadFit, saveFit } from "./fitFile.ts";
