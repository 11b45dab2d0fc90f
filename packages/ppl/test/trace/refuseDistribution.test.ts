import { compile, model } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { test } from "vitest";

const circular: Record<string, unknown> = { name: "me" };
circular.self = circular;

test.each([
  ["an object that contains itself", circular, /got an object in the place/],
  ["a big integer", 3n, /got 3 in the place/],
  ["a number that is none", Number.NaN, /got NaN in the place/],
  ["words", "normal", /got "normal" in the place/],
  ["many numbers", new Float64Array(1000), /got an array in the place/],
  ["null", null, /got null in the place/],
  ["nothing", undefined, /got nothing in the place/],
])("%s in the place of a distribution is refused in a few words", (_, value, words) => {
  const wrong = model("wrong", ({ sample }) => {
    sample("mu", value as never);
  });
  expectRefusal(() => compile(wrong, {}), { kind: "model", field: "mu" }, words);
});
