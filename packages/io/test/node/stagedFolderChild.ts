// Run by withStagedFolder.test.ts: node stagedFolderChild.ts TARGET write | swap. Dies by SIGKILL half-way through
// writing, or between the two renames of the swap.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const [target, moment] = process.argv.slice(2);

function die(): void {
  process.kill(process.pid, "SIGKILL");
}

if (moment === "swap") {
  const rename = fs.promises.rename;
  let numRenames = 0;
  fs.promises.rename = async (from, to) => {
    if (++numRenames === 2) die();
    await rename(from, to);
  };
  syncBuiltinESMExports();
}

const { withStagedFolder } = await import("../../src/node/index.ts");
await withStagedFolder(target, async (folder) => {
  fs.writeFileSync(join(folder, "half"), "written");
  if (moment === "write") die();
});
