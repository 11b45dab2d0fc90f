import type { Progress } from "@poolish/core";
import { expect, test } from "vitest";
import { patientProgress } from "../../src/host/patientProgress.ts";

test("a task is heard of when it has taken a second, each run of it anew", () => {
  let time = 0;
  const heard: number[] = [];
  const report = patientProgress(
    ({ done }: Progress) => heard.push(done),
    () => time,
  );
  const at = (now: number, done: number) => {
    time = now;
    report({ task: "MCMC", done, total: 4 });
  };
  at(0, 1);
  at(900, 2);
  at(1100, 3);
  at(1200, 4);
  at(1300, 1);
  at(2200, 4);
  expect(heard).toEqual([3, 4]);
});
