import {
  bernoulliLogit,
  compile,
  linkModel,
  type ModelFunction,
  model,
  type Node,
  normal,
  poissonLog,
} from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { linkFusedSteps, linkSteps } from "../../src/tape/linkSteps.ts";

const rows = 40;
const group = Int32Array.from({ length: rows }, (_, i) => (i * 7) % 3);
const treated = Float64Array.from({ length: rows }, (_, i) => Number(i % 5 < 2));
const age = Float64Array.from({ length: rows }, (_, i) => Math.sin(i));
const y = Float64Array.from({ length: rows }, (_, i) => Math.cos(3 * i) + treated[i]);
const count = Float64Array.from({ length: rows }, (_, i) => (i * 5) % 4);
const coin = Float64Array.from(count, (each) => each % 2);
const constant = new Float64Array(rows).fill(2);
const ones = new Float64Array(rows).fill(1);
const spread = Float64Array.from({ length: rows }, (_, i) => 0.5 + group[i]);

interface Parts {
  readonly context: Parameters<ModelFunction<Record<string, never>>>[0];
  readonly effect: Node;
  readonly slope: Node;
}

function define(observe: (parts: Parts) => void): ModelFunction<Record<string, never>> {
  return (context) => {
    const slope = context.sample("slope", normal(0, 1));
    const effect = context.plate("group", 3, () => context.sample("effect", normal(0, 1)));
    observe({ context, effect, slope });
  };
}

const predictor = ({ effect, slope }: Parts) => effect.at(group).add(slope.mul(treated));

const merging: readonly { name: string; op: string; numGroups: number; define: ReturnType<typeof define> }[] = [
  {
    name: "a shared spread",
    op: "grouped",
    numGroups: 6,
    define: define((parts) => parts.context.observe("y", normal(predictor(parts), parts.slope.exp()), y)),
  },
  {
    name: "a mean and a spread of each group",
    op: "grouped",
    numGroups: 3,
    define: define(({ context, effect }) =>
      context.observe("y", normal(effect.at(group), effect.mul(0.3).exp().at(group)), y),
    ),
  },
  {
    name: "known spreads",
    op: "grouped",
    numGroups: 6,
    define: define((parts) => parts.context.observe("y", normal(predictor(parts), spread), y)),
  },
  {
    name: "one mean for all",
    op: "grouped",
    numGroups: 1,
    define: define(({ context, slope }) => context.observe("y", normal(slope, 2), y)),
  },
  {
    name: "a covariate that does not vary",
    op: "grouped",
    numGroups: 1,
    define: define(({ context, slope }) =>
      context.observe("y", normal(slope.add(slope.exp().mul(constant)), slope.exp().mul(constant)), y),
    ),
  },
  {
    name: "a covariate that does not vary, and coins that all fell alike",
    op: "weighted",
    numGroups: 1,
    define: define(({ context, slope }) =>
      context.observe("ones", bernoulliLogit(slope.sub(slope.exp().mul(constant))), ones),
    ),
  },
  {
    name: "an elementwise function of the rows",
    op: "grouped",
    numGroups: 6,
    define: define((parts) => parts.context.observe("y", normal(predictor(parts).exp().add(1).log(), 1.5), y)),
  },
  {
    name: "counts, which must agree too",
    op: "weighted",
    numGroups: 12,
    define: define((parts) => parts.context.observe("count", poissonLog(parts.effect.at(group)), count)),
  },
  {
    name: "coins",
    op: "weighted",
    numGroups: 12,
    define: define((parts) => parts.context.observe("coin", bernoulliLogit(predictor(parts)), coin)),
  },
];

const apart: readonly { name: string; define: ReturnType<typeof define> }[] = [
  {
    name: "a predictor with a value for each row",
    define: define((parts) => parts.context.observe("y", normal(predictor(parts).add(parts.slope.mul(age)), 1), y)),
  },
  {
    name: "rows with latents of their own",
    define: define(({ context, slope }) => {
      const own = context.plate("row", rows, () => context.sample("own", normal(0, 1)));
      context.observe("y", normal(own.add(slope), 1), y);
    }),
  },
  {
    name: "recorded rows",
    define: define((parts) =>
      parts.context.observe("y", normal(parts.context.deterministic("mean", predictor(parts)), 1), y),
    ),
  },
];

/** The slow, obvious twin: the tape as it was compiled, one step an instruction, each row for itself. */
function plain(compilation: ReturnType<typeof compile>, position: Float64Array) {
  const { values, adjoints, steps } = linkSteps(compilation.model, compilation.likelihoods);
  values.set(position);
  const value = steps.reduce((sum, step) => sum + step.forward(), 0);
  for (const step of steps.toReversed()) step.backward();
  return { value, gradient: adjoints.slice(0, position.length) };
}

function expectSame(compilation: ReturnType<typeof compile>): void {
  const target = linkModel(compilation.model, compilation.likelihoods);
  const gradient = new Float64Array(target.dim);
  for (const shift of [0.3, -0.8]) {
    const position = Float64Array.from({ length: target.dim }, (_, i) => shift + 0.2 * Math.sin(i));
    const expected = plain(compilation, position);
    const value = target.valueAndGradient(position, gradient);
    // 40 rows, each rounded a few times.
    expect(Math.abs(value - expected.value)).toBeLessThan(1e-13 * Math.abs(expected.value));
    gradient.forEach(
      (slope, i) => void expect(Math.abs(slope - expected.gradient[i])).toBeLessThan(1e-12 * (1 + Math.abs(slope))),
    );
  }
}

describe.each(merging)("$name", ({ define: definition, op, numGroups }) => {
  const compilation = compile(model("test", definition), {});

  test("has the value and the gradient of the rows one by one", () => {
    expectSame(compilation);
  });

  test("is computed once for each group", () => {
    const { instructions } = linkFusedSteps(compilation.model, compilation.likelihoods);
    const merged = instructions.filter((each) => each.op === "grouped" || each.op === "weighted");
    expect(merged.map((each) => each.op)).toEqual([op]);
    expect(merged.map((each) => (each.op === "grouped" ? each.numGroups : each.weights.length))).toEqual([numGroups]);
    const longest = instructions.flatMap((each) => ("out" in each ? [each.out.size] : []));
    expect(Math.max(...longest)).toBeLessThanOrEqual(Math.max(numGroups, 3));
  });
});

describe.each(apart)("$name", ({ define: definition }) => {
  const compilation = compile(model("test", definition), {});

  test("stays as it is", () => {
    const { instructions } = linkFusedSteps(compilation.model, compilation.likelihoods);
    expect(instructions.filter((each) => each.op === "grouped" || each.op === "weighted")).toEqual([]);
    expectSame(compilation);
  });
});
