import { describe, expect, test } from "vitest";
import type { Posterior } from "../../src/nuts/posterior.ts";
import { type SummaryRow, summarize } from "../../src/nuts/summary.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.ts";
import { host, runProgram } from "../support/webpplProgram.ts";

/** Five standard errors: one wrong alarm in 10^6 a comparison. */
const K = 5;

function infer(model: string, options = "", globals: Readonly<Record<string, unknown>> = {}, seed = "1"): Posterior {
  return runProgram(`Infer({ method: 'NUTS', ${options} model: function() { ${model} } })`, globals, seed) as Posterior;
}

/**
 * Mean and sd against their exact values. The standard error of the mean is sd / √ESS; that of the sd is
 * sd √((kurtosis - 1) / 4 ESS) with ESS that of the squares, for which the tail ESS stands in.
 */
function expectMoments(
  { mean, sd, essBulk, essTail }: SummaryRow,
  exact: { mean: number; sd: number; kurtosis: number },
): void {
  expect(Math.abs(mean - exact.mean)).toBeLessThan((K * exact.sd) / Math.sqrt(essBulk));
  const ess = Math.min(essBulk, essTail);
  expect(Math.abs(sd - exact.sd)).toBeLessThan(K * exact.sd * Math.sqrt((exact.kurtosis - 1) / (4 * ess)));
}

/** The beta marginals below have a kurtosis under 3: tolerances with 3 are on the safe side. */
const ABOVE_BETA = 3;

const gammaMoments = (shape: number, rate: number) => ({
  mean: shape / rate,
  sd: Math.sqrt(shape) / rate,
  kurtosis: 3 + 6 / shape,
});

describe("conjugate posteriors", () => {
  const counts = [3, 5, 4, 2];
  test.each([
    ["observe(Learned) of a group", "observe(Learned({ likelihood: chips, theta: { rate: r } }), counts);"],
    [
      "observe(Learned) trial by trial",
      "map(function(x) { observe(Learned({ likelihood: chips, theta: { rate: r } }), x); }, counts);",
    ],
    ["observe(Poisson)", "map(function(x) { observe(Poisson({ mu: r }), x); }, counts);"],
    ["factor(Learned.score)", "factor(Learned({ likelihood: chips, theta: { rate: r } }).score(counts));"],
  ])("gamma–Poisson by %s", (_, evidence) => {
    const globals = { chips: poissonLikelihood(), counts };
    const posterior = infer(
      `var r = gamma(2, 1); ${evidence} return r;`,
      "chains: 2, samples: 1000, burn: 500,",
      globals,
    );
    const [row] = summarize(posterior);
    expect(row.name).toBe("r");
    expect(row.rHat).toBeLessThan(1.02);
    expectMoments(row, gammaMoments(2 + 14, 1 + 4));
  });

  test("beta–binomial", () => {
    const posterior = infer(
      "var p = beta(2, 3); observe(Binomial({ p: p, n: 10 }), 7); return p;",
      "chains: 2, samples: 1000, burn: 500,",
    );
    const [a, b] = [9, 6];
    const sd = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)));
    expectMoments(summarize(posterior)[0], { mean: a / (a + b), sd, kurtosis: ABOVE_BETA });
  });

  test("uniform(0, a) with a random bound, where stock HMC is wrong", () => {
    const posterior = infer(
      "var a = exponential(1); var u = uniform(0, a); return u;",
      "chains: 4, samples: 1000, burn: 1000,",
    );
    // u = a v: E u = 1/2, E u² = 2/3, E u⁴ = 24/5.
    const u = summarize(posterior)[1];
    expect(u.name).toBe("u");
    const variance = 2 / 3 - 1 / 4;
    const fourth = 24 / 5 - 4 * 0.5 * 1.5 + 6 * 0.25 * (2 / 3) - 3 / 16;
    expectMoments(u, { mean: 0.5, sd: Math.sqrt(variance), kurtosis: fourth / variance ** 2 });
  });

  test("Dirichlet–multinomial", () => {
    const model =
      "var p = dirichlet(Vector([1, 2, 3])); factor(5 * Math.log(T.get(p, 0)) + 3 * Math.log(T.get(p, 1)) + 2 * Math.log(T.get(p, 2))); return p;";
    const rows = summarize(infer(model, "chains: 2, samples: 1000, burn: 500,"));
    [6, 5, 5].forEach((a, i) => {
      expectMoments(rows[i], { mean: a / 16, sd: Math.sqrt((a * (16 - a)) / (256 * 17)), kurtosis: ABOVE_BETA });
    });
  });
});

describe("the result", () => {
  const model =
    "var mu = gaussian(0, 1); var x = map(function(i) { var x = gaussian(mu, 1); return x; }, [1, 2]); return { mu: mu, x: x };";
  const posterior = infer(model, "chains: 2, samples: 20, burn: 20, seed: 7,");

  test("is an ordinary marginal of return values without AD nodes", () => {
    expect(posterior).toBeInstanceOf(host.dists.SampleBasedMarginal);
    expect(posterior.samples).toHaveLength(40);
    const { mu, x } = posterior.poolish.inferenceData.posterior;
    posterior.samples.forEach(({ value }, i) => {
      expect(value).toEqual({ mu: mu.values[i], x: [x.values[2 * i], x.values[2 * i + 1]] });
    });
  });

  test("carries names, diagnostics and InferenceData in the ArviZ schema", () => {
    const { names, seed, diagnostics, inferenceData } = posterior.poolish;
    expect(names).toEqual(["mu", "x[1]", "x[2]"]);
    expect(seed).toBe(7);
    expect(diagnostics.eBfmi).toHaveLength(2);
    expect(diagnostics.outsideTrainingBox).toBe(0);
    expect(inferenceData.posterior.x).toMatchObject({ dims: ["chain", "draw", "x_dim_0"], shape: [2, 20, 2] });
    expect(inferenceData.coords.x_dim_0).toEqual([1, 2]);
    expect(inferenceData.sample_stats.diverging.shape).toEqual([2, 20]);
  });

  test("prints as its table", () => {
    const lines = String(posterior).split("\n");
    expect(lines[0]).toMatch(/^ +mean +sd +mcse +5 % +95 % +bulk ESS +tail ESS +R-hat$/);
    expect(lines.slice(1, 4).map((line) => line.split(" ")[0])).toEqual(["mu", "x[1]", "x[2]"]);
    expect(lines[4]).toMatch(/^2 chains of 20 draws, \d+ divergences?, seed 7$/);
    expect(String(summarize(posterior))).toBe(String(posterior));
  });

  test("says how many draws left the training box", () => {
    const evidence = "observe(Learned({ likelihood: chips, theta: { rate: r } }), [60, 62]);";
    const outside = infer(`var r = gamma(60, 1); ${evidence} return r;`, "chains: 1, samples: 50, burn: 50,", {
      chips: poissonLikelihood(),
    });
    expect(outside.poolish.diagnostics.outsideTrainingBox).toBe(1);
    expect(String(outside)).toMatch(/Warning: 100 % of draws left the box/);
  });
});

describe("seeds", () => {
  const draws = (options: string, seed: string) =>
    infer("return gaussian(0, 1);", `chains: 2, samples: 5, burn: 5, ${options}`, {}, seed).samples.map(
      ({ value }) => value,
    );

  test("a seed fixes the draws, whatever WebPPL's own seed", () => {
    expect(draws("seed: 3,", "1")).toEqual(draws("seed: 3,", "2"));
    expect(draws("seed: 3,", "1")).not.toEqual(draws("seed: 4,", "1"));
  });

  test("without one, WebPPL's --random-seed does", () => {
    expect(draws("", "1")).toEqual(draws("", "1"));
    expect(draws("", "1")).not.toEqual(draws("", "2"));
  });

  test("a chain does not depend on the number of chains", () => {
    const one = infer("return gaussian(0, 1);", "chains: 1, samples: 5, burn: 5, seed: 3,").samples;
    const three = infer("return gaussian(0, 1);", "chains: 3, samples: 5, burn: 5, seed: 3,").samples;
    expect(three.slice(0, 5)).toEqual(one);
  });
});

describe("mistakes", () => {
  const chips = poissonLikelihood();
  const learned = (theta: string, trials: string) =>
    `var r = gamma(2, 5); observe(Learned({ likelihood: chips, theta: ${theta} }), ${trials}); return r;`;

  test.each([
    ["an unknown option", "return gaussian(0, 1);", "sampels: 3,", /^sampels: .*no option sampels/],
    ["no draws", "return gaussian(0, 1);", "samples: 0,", /^samples: expected an integer of at least 1, got 0/],
    ["a fractional burn", "return gaussian(0, 1);", "burn: 1.5,", /^burn: /],
    ["a wrong target", "return gaussian(0, 1);", "targetAcceptance: 2,", /^targetAcceptance: /],
    ["no choice", "return 3;", "", /makes no random choice/],
    [
      "a missing parameter",
      learned("{ rat: r }", "[1]"),
      "",
      /^Learned: theta.rate must be a number or a random value, got nothing/,
    ],
    ["a parameter too many", learned("{ rate: r, shape: 2 }", "[1]"), "", /^Learned: theta.shape is not a parameter/],
    ["a negative count", learned("{ rate: r }", "[3, -1]"), "", /^chips: expected a count, got -1 \(row 1/],
    ["a random trial", learned("{ rate: r }", "[r]"), "", /^chips: a trial must be data/],
    [
      "impossible data",
      "var r = gamma(2, 5); observe(Uniform({ a: 0, b: 1 }), 2); return r;",
      "",
      /^model: no start with a finite log-density/,
    ],
    [
      "a parameter that cannot be",
      learned("{ rate: r - 1000 }", "[1]"),
      "",
      /^model: no start with a finite log-density .*\(theta\.rate of Learned is -\d+\.?\d*, which it cannot be\)/,
    ],
    [
      "a JavaScript function",
      "var x = gaussian(0, 1); factor(plain.square(x)); return x;",
      "",
      /cannot be differentiated/,
    ],
    [
      "a JavaScript function in a condition",
      "var x = gaussian(0, 1); factor(plain.square(x) > 0 ? -1 : x); return x;",
      "",
      /cannot be differentiated: its log-density is/,
    ],
    [
      "a detached value",
      "var x = gaussian(0, 1); factor(-ad.value(x) * ad.value(x)); return x;",
      "",
      /^gaussian@1|^x: the program cannot be differentiated: its derivative is/,
    ],
  ])("%s", (_, model, options, message) => {
    const globals = { chips, plain: { square: (x: number) => x * x } };
    expect(() => infer(model, options, globals)).toThrow(message);
  });

  test("Infer without a model", () => {
    expect(() => runProgram("Infer({ method: 'NUTS' })")).toThrow(/^Infer: there is no model/);
  });

  test("summarize of another method's result", () => {
    expect(() => runProgram("summarize(Infer({ model: function() { return flip(0.5); } }))")).toThrow(
      /^summarize: expected a posterior by NUTS/,
    );
  });
});
