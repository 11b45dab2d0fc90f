import { type Fit, type InferOptions, infer } from "@poolish/inference";
import { gamma, learned, linkModel, model, normal, uniform } from "@poolish/ppl";
import { expectMeanWithin, expectRefusal, expectRejection } from "@poolish/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { driftEstimator, EDGE } from "../fixtures/driftEstimator.ts";
import { emptyLikelihood } from "../fixtures/emptyLikelihood.ts";

const options: InferOptions = { seed: 5, chains: 2, warmup: 200, draws: 500, workers: 1 };
const members = ["a", "b", "c"];
const group = [0, 0, 1, 2, 2];
const x = [1, 2, 3, 4, 5];

/** Three groups whose means have the priors normal(0, 0.5), normal(1, 1) and normal(0, 0.2). */
const groups = model("groups", ({ sample, plate, observe }) => {
  const mean = plate("group", members, () => sample("mean", normal([0, 1, 0], [0.5, 1, 0.2])));
  const parts = { mean: mean.at(group), scale: sample("scale", gamma(40, 40)) };
  observe("site", learned(emptyLikelihood(), parts, { guard: false }), { x });
});

const shareOf = (fit: Fit, name: string, isIn: (value: number) => boolean): number => {
  const all = fit.draws(name).flatMap((chain) => Array.from(chain));
  return all.filter(isIn).length / all.length;
};
const isBelow = (value: number): boolean => value < -1;
const isBeyond = (value: number): boolean => value < -1 || value > 1.5;

describe("the share of draws beyond the box", () => {
  let fit: Fit;
  beforeAll(async () => {
    fit = await infer(groups, {}, options);
  });

  test("is that of the group where it is largest, named as the summary has it", () => {
    const shares = members.map((label) => shareOf(fit, `mean[${label}]`, isBeyond));
    const [mean, scale] = fit.extrapolation().boxes;
    expect(mean).toEqual({
      site: "site",
      parameter: "mean",
      box: [-1, 1.5],
      share: shares[1],
      below: shareOf(fit, "mean[b]", isBelow),
      where: "mean[b]",
      isGuarded: false,
      overall: expect.closeTo((shares[0] + shares[1] + shares[2]) / 3, 12),
    });
    // Two thirds of normal(1, 1) lie between -1 and 1.5.
    expect(mean.share).toBeGreaterThan(0.25);
    expect(scale).toMatchObject({ share: shareOf(fit, "scale", (value) => value > 2), where: "scale" });
  });

  test("above 20 % makes a notice and fails requireTrusted; the fit can still be read", () => {
    const [notice] = fit.notices().filter((text) => text.includes("box"));
    expect(notice).toMatch(
      /^Not to be trusted: \d+ % of draws have mean of site outside of the box \[-1, 1.5\].*mean\[b\]/,
    );
    expect(notice).toMatch(/wider range of mean.*standardise.*narrow the prior/);
    expectRefusal(() => fit.requireTrusted(), { kind: "numerical", field: "site.mean" }, /mean\[b\]/, /errorAbove/);
    expect(fit.summary().length).toBe(4);
  });

  test("has thresholds that can be moved", async () => {
    const lenient = await infer(groups, {}, { ...options, extrapolation: { noticeAbove: 0.9, errorAbove: 0.95 } });
    lenient.requireTrusted();
    expect(lenient.notices().filter((text) => text.includes("box"))).toEqual([]);
    const strict = await infer(groups, {}, { ...options, extrapolation: { errorAbove: 0 } });
    expect(() => strict.requireTrusted()).toThrow(/site\.mean/);
  });

  test.each([
    ["noticeAbove", -0.1],
    ["errorAbove", 20],
    ["errorAbove", Number.NaN],
  ])("%s cannot be %d", async (name, value) => {
    await expectRejection(
      () => infer(groups, {}, { ...options, extrapolation: { [name]: value } }),
      { kind: "input", field: `extrapolation.${name}` },
      /share from 0 to 1/,
    );
  });

  test.each<[string, Partial<InferOptions>]>([
    ["pathfinder", { method: "pathfinder", warmup: 0, draws: 200 }],
    ["smc", { method: "smc", chains: 2, particles: 400 }],
  ])("is known for %s too", async (_, method) => {
    const { draws: _draws, ...others } = options;
    const other = await infer(groups, {}, { ...others, ...method });
    expect(other.extrapolation().boxes[0].share).toBe(shareOf(other, "mean[b]", isBeyond));
    expect(other.notices().some((text) => text.startsWith("Not to be trusted"))).toBe(true);
  });

  test("is that of a trial where θ is computed for each", async () => {
    const covariate = [0.1, 0.2, 0.3, 40, 0.2];
    const trials = await infer(
      model("trials", ({ sample, observe }) => {
        const parts = { mean: sample("slope", normal(0, 1)).mul(covariate), scale: 1 };
        observe("site", learned(emptyLikelihood(), parts, { guard: false }), { x });
      }),
      {},
      options,
    );
    const [{ where, share, overall }] = trials.extrapolation().boxes;
    expect(where).toBe("trial 3");
    expect(share).toBe(shareOf(trials, "slope", (slope) => isBeyond(40 * slope)));
    expect(overall).toBeLessThan(share / 4);
  });

  test("is not looked for where nothing is learned", async () => {
    const plain = await infer(
      model("plain", ({ sample, observe }) => observe("y", normal(sample("mu", normal(0, 1)), 1), [1, 2])),
      {},
      options,
    );
    expect(plain.extrapolation()).toEqual({ boxes: [], offSupport: [], improbable: [], priors: [] });
    plain.requireTrusted();
  });
});

test("with the guard, draws stay at the edge that they would cross", async () => {
  const guarded = await infer(
    model("guarded", ({ sample, observe }) => {
      const parts = { mean: sample("mean", normal(6, 1)), scale: 1 };
      observe("site", learned(emptyLikelihood(), parts), { x });
    }),
    {},
    options,
  );
  const all = guarded.draws("mean").flatMap((chain) => Array.from(chain));
  // The box is 2.5 wide; 0.2 widths beyond cost 53 nats, and the prior gains 10 at most.
  expect(Math.max(...all)).toBeLessThan(1.5 + 0.5);
  // The wall costs a divergence now and then: over 60 seeds 18 fits have one ("lowRank": 15), and none more than 14 of 1000 draws.
  expect(guarded.diagnostics().divergences).toBeLessThan(40);
  expect(() => guarded.requireTrusted()).toThrow(/mean/);
});

describe("trials below a bound that a parameter sets", () => {
  const rt = [0.2, 0.45, 0.5, 0.6, 0.7, 0.8, 1.1];
  const response = [1, -1, 1, 1, -1, 1, 1];
  const fitOf = (times: readonly number[], more: Parameters<typeof learned>[2] = {}): Promise<Fit> =>
    infer(
      model("drift", ({ sample, observe }) => {
        const parts = { v: 0, t: sample("t", uniform(0, 1)) };
        observe("trial", learned(driftEstimator(), parts, more), { rt: times, response });
      }),
      {},
      { ...options, chains: 4, warmup: 500, draws: 1000 },
    );

  test("are left by chains that start there, for the exact posterior", async () => {
    const fit = await fitOf(rt);
    // Chains start evenly in (-2, 2) of the logit: t from 0.12 to 0.88, mostly above the fastest response. From there the
    // way is down.
    const target = linkModel(fit.model, fit.likelihoods);
    for (const start of [-1, 0, 1, 2]) {
      const gradient = new Float64Array(1);
      expect(target.valueAndGradient(Float64Array.of(start), gradient)).toSatisfy(Number.isFinite);
      expect(gradient[0]).toBeLessThan(0);
    }
    const [{ mean, mcse, rHat }] = fit.summary();
    expect(rHat).toBeLessThan(1.01);
    expectMeanWithin({ estimate: mean, standardError: mcse, expected: meanByQuadrature(rt) });
    expect(fit.extrapolation().offSupport).toEqual([
      {
        site: "trial",
        column: "rt",
        parameter: "t",
        side: "below",
        numTrials: 7,
        trials: expect.any(Array) as unknown,
      },
    ]);
    expect(fit.notices().filter((text) => text.includes("rt below t"))).toEqual([]);
  });

  test("are told with their rows and shares when the posterior stays above them", async () => {
    // Many slow trials against one impossible one, and a prior that does not reach down to it.
    const fit = await infer(
      model("drift", ({ sample, observe }) => {
        const parts = { v: 0, t: sample("t", uniform(0.3, 1)) };
        observe("trial", learned(driftEstimator(), parts, { guard: false }), {
          rt: [0.6, 0.29, 0.7],
          response: [1, 1, 1],
        });
      }),
      {},
      options,
    );
    const [{ trials }] = fit.extrapolation().offSupport;
    expect(trials[0]).toEqual({ row: 1, share: 1 });
    expect(fit.notices().filter((text) => text.includes("rt below t"))[0]).toMatch(
      /^1 of 3 trials of trial have rt below t.*row 1: 100 %.*leave out what is wrong.*lapse/,
    );
  });

  test("may be lapses, which are no reason to worry", async () => {
    const lapse = { probability: 0.05, density: { rt: uniform(0, 5), response: "uniform" } } as const;
    const fit = await fitOf([0.01, ...rt.slice(1)], { lapse, guard: false });
    expect(fit.extrapolation().offSupport).toEqual([]);
    // The fastest response is a lapse: t is free to go beyond it.
    expect(fit.summary()[0].mean).toBeGreaterThan(0.05);
  });
});

/** E[t] under the uniform prior and log(rt - t) ~ normal(-1, 0.5), continued below the edge as the estimator does. */
function meanByQuadrature(times: readonly number[]): number {
  const logDensity = (t: number): number =>
    times.reduce((sum, time) => {
      const d = time - t;
      const log = d > EDGE ? Math.log(d) : Math.log(EDGE) + (d - EDGE) / EDGE;
      return sum - 0.5 * ((log + 1) / 0.5) ** 2 - Math.log(Math.max(d, EDGE));
    }, 0);
  const pay = (excess: number): number => (excess > 0 ? (-2000 * excess ** 3) / (excess + 0.1) : 0);
  const guard = (t: number): number => pay((0.05 - t) / 0.45) + pay((t - 0.5) / 0.45);
  let [mass, moment] = [0, 0];
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    const t = (i + 0.5) / count;
    const weight = Math.exp(logDensity(t) + guard(t));
    mass += weight;
    moment += weight * t;
  }
  return moment / mass;
}
