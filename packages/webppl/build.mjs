// Bundles this package and the workspace packages it uses into dist/index.cjs, the file that WebPPL requires, and what a
// thread needs into dist/chainWorker.mjs.
// Run `npx tsc -b packages/webppl` first: the bundle is made from the builds, not from the sources.
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const inDist = (file) => fileURLToPath(new URL(`dist/${file}`, import.meta.url));
if (!existsSync(inDist("index.js"))) {
  console.error(`There is no ${inDist("index.js")}: run npx tsc -b packages/webppl first.`);
  process.exit(1);
}

// WebPPL is never imported: its running copy is found at run time (src/node/runningWebppl.ts).
const bundle = (input, output) =>
  build({
    input: inDist(input),
    platform: "node",
    external: [/^node:/],
    output: { sourcemap: false, codeSplitting: false, ...output, file: inDist(output.file) },
    logLevel: "warn",
  });
await bundle("index.js", { file: "index.cjs", format: "cjs" });
await bundle("node/chainWorker.js", { file: "chainWorker.mjs", format: "esm" });

// The bundle is CommonJS in a package of ES modules: its types need a declaration file that says so.
const WITH_IMPORT = 'with { "resolution-mode": "import" }';
writeFileSync(
  inDist("index.d.cts"),
  `import type { header as headerOfModule, runWebPPL as runOfModule } from "./index.js" ${WITH_IMPORT};\n` +
    `export type * from "./index.js" ${WITH_IMPORT};\n` +
    "export declare const header: typeof headerOfModule;\n" +
    "export declare const runWebPPL: typeof runOfModule;\n",
);
