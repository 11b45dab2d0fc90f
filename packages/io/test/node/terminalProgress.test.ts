import { expect, test } from "vitest";
import { terminalProgress } from "../../src/node/terminalProgress.ts";

function recorder(isTTY: boolean): { text: () => string; stream: { isTTY: boolean; write(text: string): void } } {
  const written: string[] = [];
  return { text: () => written.join(""), stream: { isTTY, write: (text) => written.push(text) } };
}

test("without a terminal each quarter of a task is one line, with its message", () => {
  const { text, stream } = recorder(false);
  const report = terminalProgress(stream);
  for (let done = 1; done <= 100; done++) report({ task: "train", done, total: 100, message: `loss ${done}` });
  const lines = text().trimEnd().split("\n");
  expect(lines.map((line) => /(\d+) % {2}(loss \d+)/.exec(line)?.slice(1))).toEqual([
    ["25", "loss 25"],
    ["50", "loss 50"],
    ["75", "loss 75"],
    ["100", "loss 100"],
  ]);
  expect(lines[1]).toMatch(/\d+ s left$/);
  expect(lines[3]).not.toMatch(/left/);
});

test("on a terminal tasks share one line that is redrawn, and a finished task keeps a line of its own", () => {
  const { text, stream } = recorder(true);
  const report = terminalProgress(stream);
  report({ task: "chain 1", done: 1, total: 2 });
  report({ task: "chain 2", done: 1, total: 2 });
  expect(text().split("\r").at(-1)).toMatch(/chain 1 .*chain 2 /);
  expect(text()).not.toContain("\n");
  report({ task: "chain 1", done: 2, total: 2 });
  expect(text()).toMatch(/chain 1 +█+ +100 %\n/);
  expect(text().split("\n").at(-1)).not.toContain("chain 1");
});

test.each([false, true])("a task that begins again is told like a new one (terminal: %s)", (isTTY) => {
  const once = recorder(isTTY);
  const report = terminalProgress(once.stream);
  for (let done = 1; done <= 4; done++) report({ task: "train", done, total: 4 });
  const first = once.text();
  for (let done = 1; done <= 4; done++) report({ task: "train", done, total: 4 });
  // Times differ; what is written about shares does not.
  const withoutTimes = (text: string) => text.replaceAll(/\d+ s left/g, "");
  expect(withoutTimes(once.text())).toBe(withoutTimes(first).repeat(2));
});
