import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ErrorKind } from "@poolish/core";
import {
  compile,
  exponential,
  gamma,
  learned,
  type ModelContext,
  model,
  type Node,
  nonCentered,
  normal,
  poisson,
  stack,
  uniform,
} from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { expect, test } from "vitest";
import { recordingLikelihood } from "../support/recordingLikelihood.ts";

/** What a user might have; `dose` is read by no model below. */
interface Data {
  readonly y: readonly number[];
  readonly group: readonly number[];
  readonly count: readonly number[];
  readonly dose?: readonly number[];
}

const data: Data = { y: [0.5, -1, 2], group: [0, 1, 3], count: [3, 0.5, 1] };
const { likelihood } = recordingLikelihood(["rate", "shift"]);

let leaked: Node | undefined;
compile(
  model("other", ({ sample }) => {
    leaked = sample("x", normal(0, 1));
  }),
  {},
);
let leakedSample: ModelContext["sample"] | undefined;
compile(
  model("over", ({ sample }) => {
    leakedSample = sample;
  }),
  {},
);

/** What TypeScript refuses and JavaScript allows. */
const asNumber = (x: unknown): number => x as number;

/**
 * Each mistake: what it is, its kind, the site, column or value that the message names, words of the message, and the model. The
 * line at fault ends in a comment `// here: ` with the mistake's title.
 */
const mistakes: readonly [
  title: string,
  kind: ErrorKind,
  field: string,
  words: RegExp,
  define: (context: ModelContext, data: Data) => unknown,
][] = [
  [
    "structure that depends on a random value",
    "model",
    "mu",
    /used as a number.*WebPPL/,
    ({ sample, observe }, { y }) => {
      const mu = sample("mu", normal(0, 1));
      if (asNumber(mu) > 0) observe("y", normal(mu, 1), y); // here: structure that depends on a random value
    },
  ],
  [
    "a sample name used twice",
    "model",
    "mu",
    /already taken.*first at .*mistakes\.test\.ts:\d+:\d+.*name of its own/,
    ({ sample }) => {
      sample("mu", normal(0, 1));
      sample("mu", normal(0, 2)); // here: a sample name used twice
    },
  ],
  [
    "shapes that do not fit",
    "model",
    "mu + data",
    /\[group: 2\] and \[3\] do not fit.*\.at\(data\.group\)/,
    ({ sample, plate }, { y }) => {
      const mu = plate("group", 2, () => sample("mu", normal(0, 1)));
      mu.add(y); // here: shapes that do not fit
    },
  ],
  [
    "a value of the model used as a number",
    "model",
    "sqrt(sigma)",
    /used as a number.*mu\.exp\(\)/,
    ({ sample }) => {
      const sigma = sample("sigma", exponential(1));
      Math.exp(asNumber(sigma.sqrt())); // here: a value of the model used as a number
    },
  ],
  [
    "a discrete latent value",
    "model",
    "k",
    /poisson is discrete.*mixture\(weights, components\)/,
    ({ sample }) => {
      sample("k", poisson(3)); // here: a discrete latent value
    },
  ],
  [
    "a likelihood to sample from",
    "model",
    "mu",
    /got a likelihood in the place of a distribution.*observe\(name, learned/,
    ({ sample }) => {
      sample("mu", likelihood as never); // here: a likelihood to sample from
    },
  ],
  [
    "a learned density without learnedPrior",
    "model",
    "theta",
    /got a density in the place of a distribution.*learnedPrior\(density\)/,
    ({ sample }) => {
      sample("theta", { parameters: [], logProb: () => 0 } as never); // here: a learned density without learnedPrior
    },
  ],
  [
    "a number to observe by",
    "model",
    "y",
    /got 3 in the place of a distribution.*normal\(mu, 1\)/,
    ({ observe }, { y }) => {
      observe("y", 3 as never, y); // here: a number to observe by
    },
  ],
  [
    "an unknown column",
    "input",
    "dose",
    /none of that name.*The data have y, group, count/,
    ({ sample }, columns) => {
      sample("mu", normal(0, 1));
      columns.dose?.map(Math.log); // here: an unknown column
    },
  ],
  [
    "an index out of range",
    "input",
    "group",
    /index 3 is not one of the 3 elements \(row 2.*codes from 0 to 2/,
    ({ sample, plate }, { group }) => {
      const mu = plate("group", 3, () => sample("mu", normal(0, 1)));
      mu.at(group); // here: an index out of range
    },
  ],
  [
    "a plate of two sizes",
    "model",
    "group",
    /other members: 3 then, 4 now/,
    ({ sample, plate }) => {
      plate("group", 3, () => sample("mu", normal(0, 1)));
      plate("group", 4, () => sample("sigma", normal(0, 1))); // here: a plate of two sizes
    },
  ],
  [
    "trials observed inside the plate of groups",
    "model",
    "y",
    /shape \[group: 2\], the data have 3 values.*outside of it/,
    ({ sample, plate, observe }, { y }) => {
      plate("group", 2, () => {
        const mu = sample("mu", normal(0, 1));
        observe("y", normal(mu, 1), y); // here: trials observed inside the plate of groups
      });
    },
  ],
  [
    "data that the distribution cannot give",
    "input",
    "count",
    /0\.5 cannot come from poisson.*integer of at least 0 \(row 1/,
    ({ sample, observe }, { count }) => {
      const rate = sample("rate", gamma(2, 1));
      observe("count", poisson(rate), count); // here: data that the distribution cannot give
    },
  ],
  [
    "a value of another model",
    "model",
    "x",
    /another model/,
    ({ sample }) => {
      sample("mu", normal(leaked as Node, 1)); // here: a value of another model
    },
  ],
  [
    "a learned likelihood without one of its parameters",
    "model",
    "shift",
    /gives it no value.*rate, shift/,
    ({ sample, observe }, { y }) => {
      const rate = sample("rate", gamma(2, 1));
      observe("y", learned(likelihood, { rate }), { x: y }); // here: a learned likelihood without one of its parameters
    },
  ],
  [
    "missing data that were not declared",
    "input",
    "y",
    /1 of 2 observations are missing.*\(row 1.*missing: "at random"/,
    ({ sample, observe }) => {
      const mu = sample("mu", normal(0, 1));
      observe("y", normal(mu, 1), [1, Number.NaN]); // here: missing data that were not declared
    },
  ],
  [
    "a non-centred gamma",
    "model",
    "rate",
    /gamma has no location and scale.*sample\("rate", gamma\(…\)\)/,
    ({ sample }) => {
      sample("rate", nonCentered(gamma(2, 1))); // here: a non-centred gamma
    },
  ],
  [
    "a value sampled outside of its parameters' plate",
    "model",
    "theta",
    /parameters have shape \[group: 3\], the site \[\].*inside the plate/,
    ({ sample, plate }) => {
      const mu = plate("group", 3, () => sample("mu", normal(0, 1)));
      sample("theta", normal(mu, 1)); // here: a value sampled outside of its parameters' plate
    },
  ],
  [
    "random bounds",
    "model",
    "x",
    /bounds of uniform depend.*uniform\(0, 1\)/,
    ({ sample }) => {
      const upper = sample("upper", exponential(1));
      sample("x", uniform(0, upper)); // here: random bounds
    },
  ],
  [
    "a vector in the place of a number",
    "model",
    "y",
    /normal\.mean must be a scalar, got shape \[; 2\].*\.element\(k\)/,
    ({ sample, observe }, { y }) => {
      const mu = sample("mu", normal(0, 1));
      observe("y", normal(stack(mu, 0), 1), y); // here: a vector in the place of a number
    },
  ],
  [
    "a parameter off its support",
    "input",
    "normal.standardDeviation",
    /expected a number above 0, got -1/,
    ({ sample }) => {
      sample("mu", normal(0, -1)); // here: a parameter off its support
    },
  ],
  [
    "a site of a model that is over",
    "model",
    "over",
    /already returned/,
    () => {
      leakedSample?.("mu", normal(0, 1)); // here: a site of a model that is over
    },
  ],
  [
    "a factor for the whole inside a plate",
    "model",
    "mu",
    /factor inside \[group: 3\] has shape \[\]/,
    ({ sample, plate, factor }) => {
      const mu = sample("mu", normal(0, 1));
      plate("group", 3, () => factor(mu)); // here: a factor for the whole inside a plate
    },
  ],
];

const source = readFileSync(fileURLToPath(import.meta.url), "utf8").split("\n");
const lineOf = (title: string): number => source.findIndex((line) => line.endsWith(`// here: ${title}`)) + 1;

test.each(mistakes)("%s: the message names the site, the line and a remedy", (title, kind, field, words, define) => {
  expect(lineOf(title)).toBeGreaterThan(0);
  const work = () => compile(model("mistaken", define as (context: ModelContext, data: Data) => void), data);
  const { at, message } = expectRefusal(work, { kind, field }, words);
  expect(at).toMatch(new RegExp(`/test/trace/mistakes\\.test\\.ts:${lineOf(title)}:\\d+$`));
  expect(message).toContain(`(at ${at})`);
});

test("an async model: the message names the model and the line of its definition", () => {
  const asynchronous = model("asynchronous", async () => {}); // here: an async model
  const { at } = expectRefusal(() => compile(asynchronous, {}), { kind: "model", field: "asynchronous" }, /async/);
  expect(at).toContain(`mistakes.test.ts:${lineOf("an async model")}:`);
});

test("a forgotten observe: the message names the model, its line and the column that nobody read", () => {
  const forgetful = model<Data>("forgetful", ({ sample }, { group }) => void sample("mu", normal(group[0], 1))); // here: a forgotten observe
  const words = /observes nothing, and never reads the data y, count.*observe\(name/;
  const { at } = expectRefusal(() => compile(forgetful, data), { kind: "model", field: "forgetful" }, words);
  expect(at).toContain(`mistakes.test.ts:${lineOf("a forgotten observe")}:`);
});

test("a model without data may observe nothing, and says so", () => {
  const prior = model("prior", ({ sample }) => void sample("mu", normal(0, 1)));
  expect(compile(prior, {}).model.notices).toEqual(["The model observes nothing: its posterior is its prior."]);
});

test("errors that are not ours pass unchanged", () => {
  const fault = new RangeError("mine");
  const faulty = model("faulty", () => {
    throw fault;
  });
  expect(() => compile(faulty, {})).toThrow(fault);
});
