import { interval, positive, real, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { compile, halfNormal, model, normal, uniform } from "@poolish/ppl";
import { expect, test } from "vitest";
import type { ChainResult } from "../src/chainTask.ts";
import { coordinatesOf } from "../src/coordinates.ts";
import { divergenceNotice, divergentParameters } from "../src/divergentParameters.ts";

const hierarchy = compile(
  model("hierarchy", ({ sample, plate, deterministic }) => {
    const mu = sample("mu", normal(0, 5));
    deterministic("twice", mu.mul(2));
    const x = plate("group", ["a", "b"], () => sample("x", normal(mu, 1)));
    deterministic("y", x.mul(2));
    sample("tau", halfNormal(5));
    sample("share", uniform(0, 1));
  }),
  {},
).model;

test("coordinates are the latent scalars with their supports, in the order of the position", () => {
  expect(coordinatesOf(hierarchy).map(({ name }) => name)).toEqual(["mu", "x[a]", "x[b]", "tau", "share"]);
  const supports = coordinatesOf(hierarchy).map(({ support }) => support);
  expect(supports).toEqual([real, real, real, positive, interval(0, 1)]);
});

/** Two chains of 100 standard normal positions; 20 divergences at `start` in the second. */
function chainsDivergingAt(start: readonly number[]): ChainResult[] {
  const rng = rngFromSeed(17);
  return [0, 1].map((chain): ChainResult => {
    const positions = Float64Array.from({ length: 500 }, () => standardNormal(rng));
    const divergences = Array.from({ length: 20 * chain }, (_, draw) => ({ draw, position: Float64Array.from(start) }));
    const statistics = { lp: new Float64Array(100) };
    return { kind: "complete", outputs: positions, positions, statistics, numGradients: 0, divergences };
  });
}

test("names the parameters where divergences gather, most telling first", () => {
  const found = divergentParameters(hierarchy, chainsDivergingAt([0, 0, 1.2, -9, -2]));
  expect(found.map(({ name }) => name)).toEqual(["tau", "share", "x[b]"]);
  const [tau, , x] = found;
  expect(tau).toMatchObject({ probabilityAbove: 0 });
  expect(tau.shift).toBeLessThan(-6);
  expect(x.probabilityAbove).toBeGreaterThan(0.75);
  const [high] = divergentParameters(hierarchy, chainsDivergingAt([0, 0, 0, 9, 0]));
  expect(high).toMatchObject({ name: "tau", probabilityAbove: 1 });
});

test("there are none without divergences, and for methods that know of none", () => {
  const [chain] = chainsDivergingAt([0, 0, 0, 0, 0]);
  const { divergences: _divergences, ...untold } = chain;
  expect(divergentParameters(hierarchy, [chain, untold])).toEqual([]);
});

test("the notice names the places, few of many, and what to do there", () => {
  const place = (name: string, probabilityAbove: number) => ({ name, shift: 1, probabilityAbove });
  expect(divergenceNotice(3, 400, [], [])).toMatch(/^3 of 400 draws diverged: raise targetAcceptance/);
  expect(divergenceNotice(3, 400, [place("v", 0.1), place("w", 0.9)], [])).toBe(
    "3 of 400 draws diverged, mostly where v is low, w is high: raise targetAcceptance, or reparametrise there.",
  );
  const funnel = { parameter: "tau", side: "low", site: "theta", probabilityWider: 0.1 } as const;
  expect(divergenceNotice(3, 400, [place("w", 0.9)], [{ ...funnel, canBeNonCentered: true }])).toBe(
    '3 of 400 draws diverged, mostly where tau is low and narrows theta: a funnel; write sample("theta", nonCentered(…)), or raise targetAcceptance.',
  );
  expect(divergenceNotice(3, 400, [], [{ ...funnel, canBeNonCentered: false }])).toMatch(/a scale of their own/);
  const many = Array.from({ length: 7 }, (_, i) => place(`x[${i + 1}]`, 0.1));
  expect(divergenceNotice(3, 400, many, [])).toMatch(/x\[5\] is low \(and 2 more\)/);
});
