import { compile, exponential, gamma, linkModel, model, normal } from "@poolish/ppl";
import { expect, test } from "vitest";
import { linkSteps } from "../../src/tape/linkSteps.ts";
import { withoutIdentities } from "../../src/tape/withoutIdentities.ts";

/** Latent values on the line and on the half line; some are gathered, recorded, observed and read twice. */
const { model: compiled, likelihoods } = compile(
  model("lines", ({ sample, plate, observe, deterministic }) => {
    const mu = sample("mu", normal(0, 2));
    const tau = sample("tau", exponential(1));
    const z = plate("group", ["u", "v", "w"], () => sample("z", normal(mu, 1)));
    const rate = sample("rate", gamma(2, 1));
    deterministic("shifted", z.mul(tau).add(mu));
    observe("y", normal(z.at([2, 0, 0, 1]).mul(tau), rate), [0.5, 1.5, -1, 2]);
  }),
  {},
);
const read = withoutIdentities(compiled);

test("latent values on the line are read from the position; the others and what is computed stay where they are", () => {
  const slots = Object.fromEntries(compiled.variables.map(({ name, slot }) => [name, slot]));
  const places = Object.fromEntries(read.variables.map(({ name, slot }) => [name, slot]));
  expect(places).toEqual({ ...slots, mu: { offset: 0, size: 1 }, z: { offset: 2, size: 3 } });
  const constrained = read.instructions.flatMap((each) => (each.op === "constrain" ? [each.site] : []));
  expect(constrained).toEqual(["tau", "rate"]);
  expect(read.instructions).toHaveLength(compiled.instructions.length - 2);
});

test("the log-density and its gradient are those of all instructions, to the bit", () => {
  const position = Float64Array.of(0.3, -0.2, 1.1, -0.7, 0.4, 0.1);
  const [whole, short] = [compiled, read].map((each) => {
    const { values, adjoints, steps } = linkSteps(each, likelihoods);
    values.set(position);
    const total = steps.reduce((sum, step) => sum + step.forward(), 0);
    for (const step of steps.toReversed()) step.backward();
    return { total, gradient: adjoints.slice(0, position.length) };
  });
  expect(short).toEqual(whole);
  expect(short.gradient.every((entry) => entry !== 0)).toBe(true);
});

test("draws record what the position says", () => {
  const target = linkModel(compiled, likelihoods);
  const out = new Float64Array(target.numOutputs);
  target.constrain(Float64Array.of(0.3, Math.log(2), 1, 2, 3, 0), out);
  for (const [i, value] of [0.3, 2, 1, 2, 3, 1, 2.3, 4.3, 6.3].entries()) expect(out[i]).toBeCloseTo(value, 14);
});
