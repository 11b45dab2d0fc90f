import { cauchy, type Distribution, gamma, laplace, type Node, nonCentered, normal, studentT } from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { expectGradient, linked, valueAt } from "../support/linked.ts";

/** mu, log tau, then one standard coordinate a school. */
const position = [0.7, -0.4, 1.2, -0.3, 2.1];
const [mu, logTau, ...z] = position;
const tau = Math.exp(logTau);

describe.each<[string, (mu: Node | number, tau: Node | number) => Distribution]>([
  ["normal", normal],
  ["studentT", (location, scale) => studentT(4, location, scale)],
  ["cauchy", cauchy],
  ["laplace", laplace],
])("a non-centred %s", (_, make) => {
  const density = linked(({ sample, plate, observe }) => {
    const mean = sample("mu", normal(0, 1));
    const scale = sample("tau", gamma(2, 1));
    const theta = plate("school", 3, () => sample("theta", nonCentered(make(mean, scale))));
    observe("y", normal(theta, 1), [1, 2, 3]);
  }, {});
  const theta = z.map((each) => mu + tau * each);

  test("has the density of standard coordinates", () => {
    const prior = normal(0, 1).logProb(mu) + gamma(2, 1).logProb(tau) + logTau;
    const standard = z.reduce((sum, each) => sum + make(0, 1).logProb(each), 0);
    const data = [1, 2, 3].reduce((sum, y, i) => sum + normal(theta[i], 1).logProb(y), 0);
    expect(valueAt(density, position)).toBeCloseTo(prior + standard + data, 11);
    expectGradient(density, position);
  });

  test("records the centred value, over its plate", () => {
    const out = new Float64Array(density.numOutputs);
    density.constrain(Float64Array.from(position), out);
    expect([...out.subarray(2)]).toEqual(theta);
    expect(density.model.variables.map(({ name, kind, dims }) => ({ name, kind, dims }))).toEqual([
      { name: "mu", kind: "latent", dims: [] },
      { name: "tau", kind: "latent", dims: [] },
      { name: "theta", kind: "latent", dims: ["school"] },
    ]);
  });

  test("is plain data", () => {
    expect(structuredClone(density.model)).toEqual(density.model);
  });
});
