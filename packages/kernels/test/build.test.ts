import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the generated modules are what the compiler makes of assembly/", () => {
  const script = join(import.meta.dirname, "../build.mjs");
  const check = () => execFileSync(process.execPath, [script, "--check"], { stdio: ["ignore", "ignore", "pipe"] });
  expect(check).not.toThrow();
});
