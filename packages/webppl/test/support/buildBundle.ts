import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package, and of the repository. */
export const packageFolder: string = fileURLToPath(new URL("../..", import.meta.url));
export const rootFolder: string = join(packageFolder, "..", "..");
export const bundleFile: string = join(packageFolder, "dist", "index.cjs");

/** Builds dist/index.cjs when it is missing or older than a source of a package in it. */
export function buildBundle(): void {
  const worker = join(packageFolder, "dist", "chainWorker.mjs");
  if (existsSync(worker) && existsSync(bundleFile) && statSync(bundleFile).mtimeMs > newestSource()) return;
  execFileSync("npx", ["tsc", "-b", packageFolder], { cwd: rootFolder, stdio: "pipe" });
  execFileSync("node", [join(packageFolder, "build.mjs")], { cwd: rootFolder, stdio: "pipe" });
}

function newestSource(): number {
  const files = ["core", "math", "kernels", "io", "estimators", "mcmc", "webppl"].flatMap((name) => {
    const folder = join(rootFolder, "packages", name, "src");
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
  });
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
