import type { Likelihood } from "@poolish/core";
import { compile, linkModel, type ModelFunction, model, type Node, normal } from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { fuseLinear } from "../../src/tape/fuseLinear.ts";
import { linkSteps } from "../../src/tape/linkSteps.ts";

type Define = ModelFunction<Record<string, never>>;

const group = [0, 2, 1, 2, 0, 1, 1];
const other = [1, 1, 0, 0, 2, 2, 1];
const x = [0.3, -1, 2, 0.7, 1.1, -0.4, 0.9];
const y = [1, 0, 2, 3, -1, 0.5, 0.2];

/** Two group effects, two scalars and a spread: what the cases below combine. */
function withEffects(
  mean: (context: {
    a: Node;
    b: Node;
    mu: Node;
    tau: Node;
    deterministic: Parameters<Define>[0]["deterministic"];
  }) => Node,
): Define {
  return ({ sample, plate, observe, deterministic }) => {
    const mu = sample("mu", normal(0, 1));
    const tau = sample("tau", normal(0, 1));
    const [a, b] = plate("group", 3, () => [sample("a", normal(mu, 1)), sample("b", normal(0, 2))] as const);
    observe("y", normal(mean({ a, b, mu, tau, deterministic }), 1.5), y);
  };
}

const cases: readonly { name: string; define: Define; terms: number }[] = [
  {
    name: "varying intercepts and slopes",
    define: withEffects(({ a, b }) => a.at(group).add(b.at(group).mul(x))),
    terms: 2,
  },
  { name: "crossed effects", define: withEffects(({ a, b }) => a.at(group).sub(b.at(other))), terms: 2 },
  { name: "data on the left", define: withEffects(({ a, b }) => a.at(other).sub(b.at(group).mul(x)).add(x)), terms: 3 },
  { name: "a regression", define: withEffects(({ mu, tau }) => mu.mul(x).add(tau.mul(y)).add(mu)), terms: 3 },
  {
    name: "a difference of differences",
    define: withEffects(({ a, b, mu }) => mu.mul(x).sub(a.at(group).sub(b.at(other)))),
    terms: 3,
  },
  {
    name: "a product of two gathers",
    define: withEffects(({ a, b }) => a.at(group).mul(b.at(other)).add(x)),
    terms: 2,
  },
  {
    name: "a gather times a scalar",
    define: withEffects(({ a, b, tau }) => a.at(group).add(b.at(other).mul(x)).mul(tau)),
    terms: 2,
  },
];

/** The slow, obvious twin: the tape as it was compiled, one step an instruction. */
function plain(compiled: Parameters<typeof linkSteps>[0], likelihoods: readonly Likelihood[], position: Float64Array) {
  const { values, adjoints, steps } = linkSteps(compiled, likelihoods);
  values.set(position);
  const value = steps.reduce((sum, step) => sum + step.forward(), 0);
  for (const step of steps.toReversed()) step.backward();
  return { value, gradient: adjoints.slice(0, compiled.layout.dim) };
}

const position = Float64Array.of(0.3, -1.2, 0.5, 1.4, -0.7, 0.2, 2.1, -0.6);

describe.each(cases)("$name", ({ define, terms }) => {
  const { model: compiled, likelihoods } = compile(model("test", define), {});

  test("has the value and the gradient of the tape as it was", () => {
    const expected = plain(compiled, likelihoods, position);
    const target = linkModel(compiled, likelihoods);
    const gradient = new Float64Array(target.dim);
    // Twice: nothing is left over from the first evaluation.
    target.valueAndGradient(position, gradient);
    expect(Math.abs(target.valueAndGradient(position, gradient) - expected.value)).toBeLessThan(
      1e-12 * Math.abs(expected.value),
    );
    gradient.forEach(
      (slope, i) =>
        void expect(Math.abs(slope - expected.gradient[i])).toBeLessThan(1e-12 * Math.max(1, Math.abs(slope))),
    );
  });

  test("is one instruction", () => {
    const fused = fuseLinear(
      compiled.instructions,
      compiled.variables.map(({ slot }) => slot),
    );
    const linear = fused.filter((each) => each.op === "linear");
    expect(linear.length).toBe(1);
    expect(linear[0].terms.length).toBe(terms);
    expect(fused.length).toBeLessThan(compiled.instructions.length);
  });
});

test("a result that is recorded or read twice keeps its value", () => {
  const define = withEffects(({ a, b, deterministic }) => {
    const slope = deterministic("slope", b.at(group).mul(x));
    const intercept = a.at(group).add(x);
    return slope.add(intercept).add(intercept.mul(y));
  });
  const { model: compiled, likelihoods } = compile(model("test", define), {});
  const target = linkModel(compiled, likelihoods);
  const gradient = new Float64Array(target.dim);
  const expected = plain(compiled, likelihoods, position);
  expect(target.valueAndGradient(position, gradient)).toBeCloseTo(expected.value, 10);
  gradient.forEach((slope, i) => void expect(slope).toBeCloseTo(expected.gradient[i], 10));
  const out = new Float64Array(target.numOutputs);
  target.constrain(position, out);
  const b = position.subarray(5);
  expect([...out.subarray(8)]).toEqual(x.map((value, i) => b[group[i]] * value));
});
