import { describe, expect, test } from "vitest";
import { callerLine } from "../../src/trace/callerLine.ts";

const home = new URL("../../..", import.meta.url).pathname;

function withStack(...frames: string[]): Error {
  const error = new Error("message with (at /not/a/frame.ts:1:2)");
  error.stack = [`Error: ${error.message}`, ...frames].join("\n");
  return error;
}

describe("the user's line is the first frame outside of our packages", () => {
  const ours = [
    `    at distribution (file://${home}distributions/src/distribution.ts:10:9)`,
    `    at Object.sample (${home}ppl/dist/trace/compile.js:40:2)`,
    "    at new Promise (<anonymous>)",
    "    at Array.map (native)",
    "    at node:internal/process/task_queues:95:5",
  ];
  test.each([
    ["a file URL (Node)", "    at define (file:///home/me/model.ts:12:5)", "/home/me/model.ts:12:5"],
    ["a path (tsx)", "    at Object.define (/home/me/my models/model.ts:12:5)", "/home/me/my models/model.ts:12:5"],
    ["a folder with parentheses", "    at define (/home/me (old)/model.ts:12:5)", "/home/me (old)/model.ts:12:5"],
    ["an anonymous function", "    at /home/me/model.ts:12:5", "/home/me/model.ts:12:5"],
    ["an async one", "    at async file:///home/me/model.ts:12:5", "/home/me/model.ts:12:5"],
    ["a file with a query", "    at file:///home/me/model.ts?t=17:12:5", "/home/me/model.ts:12:5"],
    ["Windows", "    at define (file:///C:/me/model.ts:12:5)", "C:/me/model.ts:12:5"],
    ["a Windows path", "    at define (C:\\me\\model.ts:12:5)", "C:/me/model.ts:12:5"],
    ["Firefox and Safari", "define@http://localhost:5173/src/model.ts:12:5", "http://localhost:5173/src/model.ts:12:5"],
    ["our tests and examples", `    at define (${home}ppl/test/model.ts:12:5)`, `${home}ppl/test/model.ts:12:5`],
    ["a namesake elsewhere", "    at define (/home/me/ppl/src/model.ts:12:5)", "/home/me/ppl/src/model.ts:12:5"],
  ])("%s", (_, frame, expected) => {
    expect(callerLine(withStack(...ours, frame, "    at main (/home/me/main.ts:1:1)"))).toBe(expected);
  });

  test("nothing where no frame is the user's, or there is no stack", () => {
    expect(callerLine(withStack(...ours))).toBeUndefined();
    const bare = new Error("bare");
    delete bare.stack;
    expect(callerLine(bare)).toBeUndefined();
  });
});
