import { exponential, normal, poisson, uniform } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, test } from "vitest";
import { compiling, type Define } from "../support/compiling.ts";

describe("sample refuses", () => {
  test.each<[string, Define, string, RegExp]>([
    [
      "a name that a sample site has",
      ({ sample }) => {
        sample("mu", normal(0, 1));
        sample("mu", normal(0, 1));
      },
      "mu",
      /taken/,
    ],
    [
      "a name that an observed site has",
      ({ sample, observe }) => {
        observe("y", normal(0, 1), 1);
        sample("y", normal(0, 1));
      },
      "y",
      /taken/,
    ],
    ["the name of its plate", ({ sample, plate }) => plate("a", 2, () => sample("a", normal(0, 1))), "a", /taken/],
    ["the name of an axis of the results", ({ sample }) => void sample("draw", normal(0, 1)), "draw", /taken/],
    [
      "a discrete distribution",
      ({ sample }) => void sample("k", poisson(3)),
      "k",
      /poisson is discrete.*mixture.*WebPPL/,
    ],
    [
      "bounds that are random",
      ({ sample }) => void sample("x", uniform(0, sample("upper", exponential(1)))),
      "x",
      /bounds of uniform depend.*uniform\(0, 1\)/,
    ],
    [
      "parameters over a plate that it is not in",
      ({ sample, plate }) => {
        const mean = plate("a", 2, () => sample("mean", normal(0, 1)));
        sample("x", normal(mean, 1));
      },
      "x",
      /parameters have shape \[a: 2\], the site \[\].*inside the plate/,
    ],
    [
      "parameters over another plate",
      ({ sample, plate }) => {
        const mean = plate("a", 2, () => sample("mean", normal(0, 1)));
        plate("b", 3, () => sample("x", normal(mean, 1)));
      },
      "x",
      /shape \[a: 2\], the site \[b: 3\]/,
    ],
  ])("%s", (_, define, field, words) => {
    expectRefusal(compiling(define), { kind: "model", field }, words);
  });
});

describe("deterministic and observe refuse a name that is taken:", () => {
  test.each<[string, Define]>([
    ["deterministic", ({ sample, deterministic }) => void deterministic("mu", sample("mu", normal(0, 1)))],
    ["observe", ({ sample, observe }) => observe("mu", normal(sample("mu", normal(0, 1)), 1), 2)],
  ])("%s", (_, define) => {
    expectRefusal(compiling(define), { kind: "model", field: "mu" }, /taken/);
  });
});
