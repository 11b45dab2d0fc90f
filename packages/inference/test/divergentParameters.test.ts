import { rngFromSeed } from "@poolish/core";
import { infer } from "@poolish/inference";
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
  const bounds = coordinatesOf(hierarchy).map(({ support: { lower, upper } }) => [lower, upper]);
  const real = [-Infinity, Infinity];
  expect(bounds).toEqual([real, real, real, [0, Infinity], [0, 1]]);
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

test("names the parameters where divergences gather, most telling first, and a positive one that is low a funnel", () => {
  const found = divergentParameters(hierarchy, chainsDivergingAt([0, 0, 1.2, -9, -2]));
  expect(found.map(({ name }) => name)).toEqual(["tau", "share", "x[b]"]);
  const [tau, share, x] = found;
  expect(tau).toMatchObject({ probabilityAbove: 0, isFunnel: true });
  expect(tau.shift).toBeLessThan(-6);
  expect(share).toMatchObject({ isFunnel: false });
  expect(x.probabilityAbove).toBeGreaterThan(0.75);
  const [high] = divergentParameters(hierarchy, chainsDivergingAt([0, 0, 0, 9, 0]));
  expect(high).toMatchObject({ name: "tau", probabilityAbove: 1, isFunnel: false });
});

test("there are none without divergences, and for methods that know of none", () => {
  const [chain] = chainsDivergingAt([0, 0, 0, 0, 0]);
  const { divergences: _divergences, ...untold } = chain;
  expect(divergentParameters(hierarchy, [chain, untold])).toEqual([]);
});

test("the notice names the places, few of many, and what to do there", () => {
  const place = (name: string, probabilityAbove: number, isFunnel = false) => ({
    name,
    shift: 1,
    probabilityAbove,
    isFunnel,
  });
  expect(divergenceNotice(3, 400, [])).toMatch(/^3 of 400 draws diverged: raise targetAcceptance/);
  expect(divergenceNotice(3, 400, [place("v", 0.1), place("w", 0.9)])).toBe(
    "3 of 400 draws diverged, mostly where v is low, w is high: raise targetAcceptance, or reparametrise there.",
  );
  expect(divergenceNotice(3, 400, [place("w", 0.9), place("tau", 0.1, true)])).toMatch(
    /mostly where tau is low: a funnel\. Write what tau scales in the non-centred form .*, or raise targetAcceptance/,
  );
  const many = Array.from({ length: 7 }, (_, i) => place(`x[${i + 1}]`, 0.1));
  expect(divergenceNotice(3, 400, many)).toMatch(/x\[5\] is low \(and 2 more\)/);
});

test("a centred hierarchy with little data is recognised as a funnel of its scale; non-centred there is none", async () => {
  const y = [28, 8, -3, 7, -1, 1, 18, 12];
  const errors = [15, 10, 16, 11, 9, 11, 10, 18];
  const centred = model("eight schools, centred", ({ sample, plate, observe }) => {
    const [mu, tau] = [sample("mu", normal(0, 5)), sample("tau", halfNormal(5))];
    observe(
      "y",
      normal(
        plate("school", 8, () => sample("theta", normal(mu, tau))),
        errors,
      ),
      y,
    );
  });
  const options = { seed: 18, workers: 1, warmup: 500, draws: 1000 };
  const fit = await infer(centred, {}, options);
  expect(fit.diagnostics().divergentParameters[0]).toMatchObject({ name: "tau", isFunnel: true });
  expect(fit.diagnostics().divergentParameters[0].shift).toBeLessThan(0);
  expect(fit.notices().join("\n")).toMatch(/draws diverged, mostly where tau is low: a funnel\. .*non-centred/);
  const nonCentred = model("eight schools, non-centred", ({ sample, plate, observe }) => {
    const [mu, tau] = [sample("mu", normal(0, 5)), sample("tau", halfNormal(5))];
    const theta = plate("school", 8, () => sample("z", normal(0, 1)))
      .mul(tau)
      .add(mu);
    observe("y", normal(theta, errors), y);
  });
  const better = await infer(nonCentred, {}, options);
  expect(better.diagnostics().divergentParameters).toEqual([]);
  expect(better.notices().join("\n")).not.toMatch(/funnel/);
});
