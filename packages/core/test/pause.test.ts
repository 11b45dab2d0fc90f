import { pause } from "@poolish/core";
import { expect, test } from "vitest";

test("lets timers that are due run before it resolves", async () => {
  let hasRun = false;
  setTimeout(() => {
    hasRun = true;
  }, 0);
  await Promise.resolve();
  expect(hasRun).toBe(false);
  await pause();
  expect(hasRun).toBe(true);
});
