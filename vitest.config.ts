import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

// Tests run on the sources (the "@poolish/source" condition); worker threads and WASM come from the build.
const conditions = ["@poolish/source", "node"];

export default defineConfig({
  test: {
    projects: readdirSync("packages").map((name) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions } },
      test: {
        name,
        include: [`packages/${name}/test/**/*.test.ts`],
        pool: "forks" as const,
        testTimeout: 60_000,
        hookTimeout: 120_000,
      },
    })),
  },
});
