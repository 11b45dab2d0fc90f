// Bundles this package and the workspace packages it uses into dist/index.cjs, the file that WebPPL requires.
// Run `npx tsc -b packages/webppl` first: the bundle is made from the builds, not from the sources.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const input = fileURLToPath(new URL("dist/index.js", import.meta.url));
if (!existsSync(input)) {
  console.error(`There is no ${input}: run npx tsc -b packages/webppl first.`);
  process.exit(1);
}

await build({
  input,
  platform: "node",
  external: [/^node:/],
  // WebPPL is never imported: its running copy is found at run time (src/node/runningWebppl.ts).
  output: { file: fileURLToPath(new URL("dist/index.cjs", import.meta.url)), format: "cjs", sourcemap: false },
  logLevel: "warn",
});
