// Bundles this package and the workspace packages it uses into dist/index.cjs, the file that WebPPL requires.
// Run `npx tsc -b packages/webppl` first: the bundle is made from the builds, not from the sources.
import { existsSync, writeFileSync } from "node:fs";
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

// The bundle is CommonJS in a package of ES modules: its types need a declaration file that says so.
const WITH_IMPORT = 'with { "resolution-mode": "import" }';
writeFileSync(
  fileURLToPath(new URL("dist/index.d.cts", import.meta.url)),
  `import type { header as headerOfModule, runWebPPL as runOfModule } from "./index.js" ${WITH_IMPORT};\n` +
    `export type * from "./index.js" ${WITH_IMPORT};\n` +
    "export declare const header: typeof headerOfModule;\n" +
    "export declare const runWebPPL: typeof runOfModule;\n",
);
