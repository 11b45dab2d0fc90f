export type { DrawsManifest } from "./drawsManifest.ts";
export { loadFit, type SaveFitOptions, saveFit } from "./fitFile.ts";
export { type FolderOptions, inferToFolder } from "./inferToFolder.ts";
export { openDraws, type StreamedDraws } from "./openDraws.ts";
