export { readBytes, readBytesSync } from "./readBytes.ts";
export { readTable, writeTable } from "./tableFile.ts";
export { type ProgressStream, terminalProgress } from "./terminalProgress.ts";
export { withStagedFolder } from "./withStagedFolder.ts";
export { writeFileAtomic } from "./writeFileAtomic.ts";
