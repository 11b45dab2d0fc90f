// Runs publint over every package: manifests whose entry points do not exist, or that bundlers misread, fail.
import { readdirSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

let numProblems = 0;
for (const name of readdirSync("packages")) {
  const { messages, pkg } = await publint({ pkgDir: `packages/${name}`, level: "warning", pack: false });
  for (const message of messages) {
    numProblems++;
    console.error(`${pkg.name}: ${formatMessage(message, pkg, { color: false })}`);
  }
}
console.log(numProblems === 0 ? "publint: all packages are good" : `publint: ${numProblems} problems`);
process.exitCode = numProblems === 0 ? 0 : 1;
