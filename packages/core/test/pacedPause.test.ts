import { pacedPause } from "@poolish/core";
import { expect, test, vi } from "vitest";

test("pauses only when the last pause was long ago, and then lets timers run", async () => {
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  const breathe = pacedPause();
  let numTimers = 0;
  const timer = () => setTimeout(() => numTimers++, 0);
  timer();
  for (let i = 0; i < 100; i++) await breathe();
  expect(numTimers).toBe(0);
  now.mockReturnValue(20);
  await breathe();
  expect(numTimers).toBe(1);
  timer();
  await breathe();
  expect(numTimers).toBe(1);
  now.mockRestore();
});
