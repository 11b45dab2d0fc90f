import fc from "fast-check";
import { expect, test } from "vitest";
import { fusedFamilies } from "../../src/density/fusedFamilies.ts";
import type { Distribution } from "../../src/host/distribution.ts";
import { finiteDifference } from "../support/finiteDifference.ts";
import { host } from "../support/webpplProgram.ts";

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const positive = between(0.2, 20);
const anywhere = between(-20, 20);
/** x, then the parameters. */
const ARGUMENTS: Readonly<Record<string, readonly fc.Arbitrary<number>[]>> = {
  Beta: [between(0.01, 0.99), positive, positive],
  Cauchy: [anywhere, anywhere, positive],
  Exponential: [positive, positive],
  Gamma: [positive, positive, positive],
  Gaussian: [anywhere, anywhere, positive],
  LogNormal: [positive, between(-3, 3), positive],
};

type Type = new (params: Readonly<Record<string, number>>) => Distribution;

test("each fused family has its arguments here", () => {
  expect(Object.keys(ARGUMENTS)).toEqual(Object.keys(fusedFamilies));
});

test.each(Object.keys(fusedFamilies))("%s: the density is WebPPL's, the partials are its derivatives", (name) => {
  const family = fusedFamilies[name];
  const Distribution = host.dists[name] as Type;
  fc.assert(
    fc.property(fc.tuple(...ARGUMENTS[name]), (values) => {
      const at = ([x, a, b = 0]: Float64Array) => family.evaluate(x, a, b, new Float64Array(3));
      const params = Object.fromEntries(family.parameters.map((parameter, i) => [parameter, values[i + 1]]));
      const theirs = Number(new Distribution(params).score(values[0]));
      const ours = at(Float64Array.from(values));
      // WebPPL's log Γ (Lanczos, 6 terms) has a relative error of 2e-10, beta takes three of them.
      expect(Math.abs(ours - theirs)).toBeLessThan(1e-8 * (1 + Math.abs(theirs)));
      const partials = new Float64Array(3);
      family.evaluate(values[0], values[1], values[2] ?? 0, partials);
      const differences = finiteDifference(at, Float64Array.from(values), 1e-6);
      // Rounding of the differences: 2^-52 |f| / h, with a margin for the few roundings inside of f.
      const tolerance = 1e-8 * (1 + Math.abs(ours));
      differences.forEach((difference, i) => {
        const scale = 1 + Math.abs(difference);
        expect(Math.abs(partials[i] - difference) / scale).toBeLessThan(tolerance + 1e-6);
      });
    }),
    { seed: 1, numRuns: 200 },
  );
});

test.each([
  ["Beta", 1.5],
  ["Exponential", -0.1],
  ["Gamma", -0.1],
  ["LogNormal", -0.1],
])("%s at %d is off its support", (name, x) => {
  expect(fusedFamilies[name].evaluate(x, 1, 1, new Float64Array(3))).toBe(-Infinity);
});
