import { rngFromSeed } from "@poolish/core";
import { estimatorFromBytes, estimatorToBytes } from "@poolish/estimators";
import { type InferOptions, infer, loo, posteriorPredictive } from "@poolish/inference";
import { compile, hierarchical, learned, type ModelFunction, model, normal, uniform } from "@poolish/ppl";
import { caughtError, expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { driftEstimator } from "./fixtures/driftEstimator.ts";
import { edgedLikelihood } from "./fixtures/edgedLikelihood.ts";
import { emptyLikelihood } from "./fixtures/emptyLikelihood.ts";

/** Ten mistakes that users of learned likelihoods make; each ends in an error or a notice that says what to do. */
const options: InferOptions = { seed: 7, chains: 2, warmup: 200, draws: 200, workers: 1 };
const rng = rngFromSeed(3);
const numTrials = 40;
const rt = Array.from({ length: numTrials }, () => 0.3 + Math.exp(-1 + 0.5 * (rng.uniform() - 0.5)));
const response = Array.from({ length: numTrials }, () => (rng.uniform() < 0.5 ? -1 : 1));
const subject = rt.map((_, i) => i % 4);

const compiling = (define: ModelFunction<Record<string, never>>) => (): unknown =>
  compile(model("misused", define), {});
const fitting = (define: ModelFunction<Record<string, never>>) => infer(model("misused", define), {}, options);

describe("an error while the model is compiled", () => {
  test("1: θ of the wrong shape", () => {
    expectRefusal(
      compiling(({ sample, plate, observe }) => {
        const t = plate("subject", 4, () => sample("t", uniform(0.1, 0.5)));
        observe("trial", learned(driftEstimator(), { v: 0, t }), { rt, response });
      }),
      { kind: "model", field: "t" },
      /\[subject: 4\].*40 trials.*t\.at\(data\.group\)/,
    );
  });

  test("2: swapped columns", () => {
    expectRefusal(
      compiling(({ sample, observe }) => {
        const parts = { v: 0, t: sample("t", uniform(0.1, 0.5)) };
        observe("trial", learned(driftEstimator(), parts), { rt: response, response: rt });
      }),
      { kind: "input", field: "response", row: 0 },
      /categories that training saw: -1, 1.*Code the column as the simulator does/,
    );
  });

  test("4: wrong group labels", () => {
    expectRefusal(
      compiling(({ sample, plate, observe }) => {
        const t = plate("subject", 4, () => sample("t", uniform(0.1, 0.5)));
        // Subjects are called 1 to 4 in the file.
        observe("trial", learned(driftEstimator(), { v: 0, t: t.at(subject.map((code) => code + 1)) }), {
          rt,
          response,
        });
      }),
      { kind: "input", field: "subject", row: 3 },
      /index 4 is not one of the 4.*codes from 0 to 3, as factorize\(column\)/,
    );
  });

  test("8: responses coded 0 and 1 in place of -1 and 1", () => {
    const coded = response.map((side) => (side === 1 ? 1 : 0));
    expectRefusal(
      compiling(({ sample, observe }) => {
        const parts = { v: 0, t: sample("t", uniform(0.1, 0.5)) };
        observe("trial", learned(driftEstimator(), parts), { rt, response: coded });
      }),
      { kind: "input", field: "response", row: coded.indexOf(0) },
      /0 is not one of the categories.*-1, 1/,
    );
  });

  test("9: a forgotten column of conditions, and one that the likelihood does not know", () => {
    const likelihood = driftEstimator([{ name: "dose", kind: "continuous" }]);
    const observing = (columns: Record<string, readonly number[]>, of = likelihood) =>
      compiling(({ sample, observe }) => {
        observe("trial", learned(of, { v: 0, t: sample("t", uniform(0.1, 0.5)) }), { rt, response, ...columns });
      });
    expectRefusal(
      observing({}),
      { kind: "input", field: "trial.dose" },
      /column of conditions is missing.*rt, response, dose.*dose it was trained with as known conditions/,
    );
    expectRefusal(
      observing({ dose: subject }, driftEstimator()),
      { kind: "input", field: "trial.dose" },
      /no such column.*rt, response/,
    );
    const data = { rt, response, subject };
    expectRefusal(() => compile(hierarchical({ likelihood, data, group: "subject" }), data), {
      kind: "input",
      field: "dose",
    });
  });

  test("10: an estimator file of another simulator", () => {
    const other = estimatorFromBytes(estimatorToBytes(driftEstimator()));
    expectRefusal(
      compiling(({ sample, observe }) => {
        observe("chips", learned(other, { rate: sample("rate", uniform(0, 9)) }), { chips: [3, 4] });
      }),
      { kind: "model", field: "v" },
      /gives it no value.*parameters are v, t \(it explains rt, response\)/,
    );
  });
});

describe("an error when the fit is used", () => {
  test("3: a ratio where a density is needed", async () => {
    const ratio = emptyLikelihood({ isNormalised: false });
    const data = { x: [1, 2, 3] };
    const fit = await fitting(({ sample, observe }) => {
      observe("site", learned(ratio, { mean: sample("mean", normal(0, 0.3)), scale: 1 }), data);
    });
    expect(fit.notices().filter((text) => text.includes("box"))).toEqual([]);
    expect((await caughtError(() => loo(fit))).message).toMatch(/up to a factor only.*nle\(\)/);
    const predicting = (): unknown => posteriorPredictive(fit, { count: 1, seed: 1 });
    expectRefusal(predicting, { kind: "input", field: "site" }, /up to a factor only.*simulator/);
    const lapse = { probability: 0.05, density: { x: uniform(0, 5) } };
    expectRefusal(() => learned(ratio, { mean: 0, scale: 1 }, { lapse }), { field: "lapse", kind: "model" }, /nle\(\)/);
    const { draws: _, ...others } = options;
    const tempered = await infer(
      model("tempered", ({ sample, observe }) => {
        observe("site", learned(ratio, { mean: sample("mean", normal(0, 0.3)), scale: 1 }), data);
      }),
      {},
      { ...others, method: "smc", particles: 400 },
    );
    expect(tempered.evidence).toBeUndefined();
  });
});

describe("a notice of the fit, which can be inspected", () => {
  test("5: the box left", async () => {
    const fit = await fitting(({ sample, observe }) => {
      // A patient who is slower than any simulation: t is near 0.9.
      observe("trial", learned(driftEstimator(), { v: 0, t: sample("t", uniform(0, 2)) }), {
        rt: rt.map((time) => time + 0.6),
        response,
      });
    });
    expect(fit.notices().join("\n")).toMatch(
      /Not to be trusted: \d+ % of draws have t of trial above the box \[0\.05, 0\.5\].*Train on simulations with a wider range of t.*units.*guard/,
    );
    expect(() => fit.requireTrusted()).toThrow(/trial\.t/);
  });

  test("6: one trial of nine thousand below the edge", async () => {
    const noise = rngFromSeed(9);
    const times = Array.from(
      { length: 9000 },
      () => 0.3 + Math.exp(-1 + 0.5 * (noise.uniform() + noise.uniform() - 1)),
    );
    times[4711] = 0.07;
    const fit = await infer(
      model("misused", ({ sample, observe }) => {
        observe("trial", learned(edgedLikelihood, { t: sample("t", uniform(0, 1)) }), { rt: times });
      }),
      {},
      { ...options, draws: 100 },
    );
    expect(fit.notices().join("\n")).toMatch(/^1 of 9000 trials of trial .*row 4711.*leave out what is wrong.*lapse/m);
  });

  test("7: a covariate that is not standardised", async () => {
    const income = rt.map((_, i) => 20_000 + 1000 * i);
    const fit = await fitting(({ sample, observe }) => {
      const v = sample("slope", normal(0, 1))
        .mul(income)
        .add(sample("intercept", normal(0, 1)));
      observe("trial", learned(driftEstimator(), { v, t: 0.2 }, { guard: false }), { rt, response });
    });
    expect(fit.notices().join("\n")).toMatch(/Not to be trusted: .*of draws have v of trial.*standardise predictors/);
    expect(() => fit.requireTrusted()).toThrow(/trial\.v.*trial \d/);
  });
});
