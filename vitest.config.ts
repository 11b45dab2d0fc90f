import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

// Tests run on the sources (the "@poolish/source" condition); worker threads and WASM come from the build.
const conditions = ["@poolish/source", "node"];
// Starting a process and loading the sources anew for each file takes twice as long as the tests themselves, and modules keep no
// state that a test could see. WebPPL does: it lives in globals.
const isolated = new Set(["webppl"]);

export default defineConfig({
  test: {
    // By default a core is left to whoever watches, which is half of a small machine.
    maxWorkers: "100%",
    projects: readdirSync("packages").map((name) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions } },
      test: {
        name,
        include: [`packages/${name}/test/**/*.test.ts`],
        pool: "forks" as const,
        isolate: isolated.has(name),
        testTimeout: 60_000,
        hookTimeout: 120_000,
      },
    })),
  },
});
