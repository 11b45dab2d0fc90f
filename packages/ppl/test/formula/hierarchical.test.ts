import { rngFromSeed } from "@poolish/core";
import { lkjCholesky, multivariateNormal } from "@poolish/distributions";
import {
  compile,
  diagMul,
  exponential,
  type FormulaData,
  halfNormal,
  hierarchical,
  inverseLogit,
  type LinkedModel,
  learned,
  linkModel,
  type Model,
  type ModelFunction,
  matVec,
  model,
  nonCentered,
  normal,
  stack,
  studentT,
} from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { likelihoodOf, trialTable } from "./trialTable.ts";

const data = trialTable();
const code = (column: readonly (string | number)[]): number[] => {
  const levels = [...new Set(column)].sort();
  return column.map((label) => levels.indexOf(label));
};
const subject = code(data.subject);
const item = code(data.item);
const subjects = [...new Set(data.subject)];
const indicator = (level: string): number[] => data.cond.map((each) => (each === level ? 1 : 0));
const one = data.conf.map(() => 1);

function link<Data>(what: Model<Data>, its: Data): LinkedModel {
  const { model: compiled, likelihoods } = compile(what, its);
  return linkModel(compiled, likelihoods);
}

/**
 * Expects the two models to have one log-density and gradient at random positions. `order[i]` is the coordinate of the
 * first that coordinate i of the second is.
 */
function expectEqualDensity(formulas: LinkedModel, language: LinkedModel, order?: readonly number[]): void {
  expect(language.dim).toBe(formulas.dim);
  const permutation = order ?? Array.from({ length: formulas.dim }, (_, i) => i);
  expect([...permutation].sort((a, b) => a - b)).toEqual(Array.from({ length: formulas.dim }, (_, i) => i));
  const rng = rngFromSeed(3);
  for (let repeat = 0; repeat < 20; repeat++) {
    const position = Float64Array.from({ length: formulas.dim }, () => 2 * rng.uniform() - 1);
    const gradients = [new Float64Array(formulas.dim), new Float64Array(formulas.dim)];
    const value = formulas.valueAndGradient(position, gradients[0]);
    const other = language.valueAndGradient(
      Float64Array.from(permutation, (i) => position[i]),
      gradients[1],
    );
    expect(Math.abs(value)).toBeGreaterThan(1);
    expect(Math.abs(value - other)).toBeLessThan(1e-10 * Math.max(1, Math.abs(value)));
    permutation.forEach((from, i) => {
      expect(Math.abs(gradients[0][from] - gradients[1][i])).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
    });
  }
}

type Trials = typeof data;
const written = (define: ModelFunction<Trials>): LinkedModel => link(model("written", define), data);
const observed = { x: data.x };

describe("a formula has the density of the same model in the language", () => {
  test("1: complete pooling, three links, numbers and categories", () => {
    const likelihood = likelihoodOf("v", "a", "t");
    const formulas = hierarchical({
      likelihood,
      data,
      // The guard counts θ rows, which formulas merge and the model below does not.
      guard: false,
      pooling: "complete",
      parameters: { v: "1 + conf * cond + (1 | subject)", a: "scale(conf)", t: "0 + cond" },
      priors: {
        v_Intercept: "normal(0.1, 1)",
        v_conf: "normal(0, 0.5)",
        "v_cond[hard]": "studentT(4, 0, 1)",
        "v_cond[mixed]": "normal(-1, 2)",
        "v_conf:cond[hard]": "normal(0, 1/4)",
        "v_conf:cond[mixed]": "normal(0, .25)",
        a_Intercept: "normal(0, 1)",
        "a_scale(conf)": "normal(0, 1)",
        "t_cond[easy]": "normal(0, 1)",
        "t_cond[hard]": "normal(0, 1)",
        "t_cond[mixed]": "normal(0, 1)",
      },
    });
    const mean = data.conf.reduce((sum, x) => sum + x) / data.conf.length;
    const sd = Math.sqrt(data.conf.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (data.conf.length - 1));
    const language = written(({ sample, observe }) => {
      const names = ["b0", "b1", "b2", "b3", "b4", "b5"];
      const priors = [
        normal(0.1, 1),
        normal(0, 0.5),
        studentT(4, 0, 1),
        normal(-1, 2),
        normal(0, 0.25),
        normal(0, 0.25),
      ];
      const b = names.map((name, k) => sample(name, priors[k]));
      const [hard, mixed] = [indicator("hard"), indicator("mixed")];
      const columns = [one, data.conf, hard, mixed, times(data.conf, hard), times(data.conf, mixed)];
      const v = b.map((each, k) => each.mul(columns[k])).reduce((sum, each) => sum.add(each));
      const [a0, a1] = [sample("a0", normal(0, 1)), sample("a1", normal(0, 1))];
      const a = a1
        .mul(data.conf.map((x) => (x - mean) / sd))
        .add(a0)
        .exp();
      const level = [sample("t0", normal(0, 1)), sample("t1", normal(0, 1)), sample("t2", normal(0, 1))];
      const t = inverseLogit(stack(...level).at(code(data.cond)));
      observe("x", learned(likelihood, { v, a, t }, { guard: false }), observed);
    });
    expectEqualDensity(link<FormulaData>(formulas, data), language);
  });

  test("2: an intercept for each subject, non-centred, log link, default priors", () => {
    const likelihood = likelihoodOf("a");
    const formulas = hierarchical({ likelihood, data, group: "subject" });
    // The box is [0.2, 2.5]: quantiles of 5 and 95 % at 0.43 and 2.27; half of the variance each.
    const [low, high] = [Math.log(0.43), Math.log(2.27)];
    const sd = (high - low) / 2 / 1.6448536269514722 / Math.SQRT2;
    const language = written(({ sample, plate, observe }) => {
      const mu = sample("mu", normal(digits((low + high) / 2), digits(sd)));
      const sigma = sample("sigma", halfNormal(digits(sd)));
      const z = plate("subject", 6, () => sample("z", normal(0, 1)));
      observe("x", learned(likelihood, { a: z.mul(sigma).add(mu).exp().at(subject) }), observed);
    });
    expectEqualDensity(link<FormulaData>(formulas, data), language);
  });

  test("3: correlated slopes, centred, against the multivariate normal", () => {
    const likelihood = likelihoodOf("v");
    const formulas = hierarchical({
      likelihood,
      data,
      parameters: { v: "conf + (conf | subject)" },
      centred: true,
      priors: {
        v_Intercept: "normal(0, 1)",
        v_conf: "normal(0, 1)",
        "v_1|subject_sigma": "halfNormal(0.5)",
        "v_conf|subject_sigma": "exponential(2)",
        "v_1+conf|subject_correlation": "lkj(3)",
      },
    });
    const language = written(({ sample, plate, observe }) => {
      const beta = stack(sample("b0", normal(0, 1)), sample("b1", normal(0, 1)));
      const sigma = stack(sample("s0", halfNormal(0.5)), sample("s1", exponential(2)));
      const factor = diagMul(sigma, sample("L", lkjCholesky(2, 3)));
      const own = plate("subject", 6, () => sample("own", multivariateNormal(beta, factor)));
      const rows = data.conf.map((x) => [1, x]);
      observe("x", learned(likelihood, { v: own.at(subject).dot(rows) }), observed);
    });
    const interleaved = Array.from({ length: 12 }, (_, i) => 5 + (i % 2) * 6 + Math.floor(i / 2));
    expectEqualDensity(link<FormulaData>(formulas, data), language, [0, 1, 2, 3, 4, ...interleaved]);
  });

  test("4: three correlated coefficients, non-centred, against the multivariate normal", () => {
    const likelihood = likelihoodOf("t");
    const formulas = hierarchical({
      likelihood,
      data,
      parameters: { t: "1 + cond + (cond | subject)" },
      priors: {
        t_Intercept: "normal(0, 1)",
        "t_cond[hard]": "normal(0, 1)",
        "t_cond[mixed]": "normal(0, 1)",
        "t_1|subject_sigma": "halfNormal(1)",
        "t_cond[hard]|subject_sigma": "halfNormal(1)",
        "t_cond[mixed]|subject_sigma": "halfNormal(1)",
      },
    });
    const rows = data.cond.map((_, i) => [1, indicator("hard")[i], indicator("mixed")[i]]);
    const language = written(({ sample, plate, observe }) => {
      const beta = stack(...["b0", "b1", "b2"].map((name) => sample(name, normal(0, 1))));
      const sigma = stack(...["s0", "s1", "s2"].map((name) => sample(name, halfNormal(1))));
      const factor = diagMul(sigma, sample("L", lkjCholesky(3, 2)));
      const own = plate("subject", 6, () => sample("u", nonCentered(multivariateNormal([0, 0, 0], factor))));
      const eta = matVec(rows, beta).add(own.at(subject).dot(rows));
      observe("x", learned(likelihood, { t: inverseLogit(eta) }), observed);
    });
    const interleaved = Array.from({ length: 18 }, (_, i) => 9 + (i % 3) * 6 + Math.floor(i / 3));
    expectEqualDensity(link<FormulaData>(formulas, data), language, [0, 1, 2, 3, 4, 5, 6, 7, 8, ...interleaved]);
  });

  test("5: two grouping factors, independent slopes, one centred, bounds of a link, a fixed parameter", () => {
    const likelihood = likelihoodOf("v", "a");
    const formulas = hierarchical({
      likelihood,
      data,
      parameters: { v: 0.5, a: { formula: "1 + (1 | item) + (conf || subject)", link: "logit", bounds: [0.5, 2] } },
      centred: { "a|item": true },
      priors: {
        a_Intercept: "normal(0, 1)",
        "a_1|item_sigma": "halfNormal(1)",
        "a_1|subject_sigma": "halfNormal(2)",
        "a_conf|subject_sigma": "halfNormal(3)",
      },
    });
    const language = written(({ sample, plate, observe }) => {
      const mu = sample("mu", normal(0, 1));
      const tau = sample("tau", halfNormal(1));
      const items = plate("item", 4, () => sample("items", normal(mu, tau)));
      const [s0, s1] = [sample("s0", halfNormal(2)), sample("s1", halfNormal(3))];
      const u0 = plate("subject", 6, () => sample("u0", nonCentered(normal(0, s0))));
      const u1 = plate("subject", 6, () => sample("u1", nonCentered(normal(0, s1))));
      const eta = items.at(item).add(u0.at(subject)).add(u1.at(subject).mul(data.conf));
      observe("x", learned(likelihood, { v: 0.5, a: inverseLogit(eta).mul(1.5).add(0.5) }), observed);
    });
    expectEqualDensity(link<FormulaData>(formulas, data), language);
  });

  test("6: no pooling", () => {
    const likelihood = likelihoodOf("v", "a");
    const formulas = hierarchical({
      likelihood,
      data,
      pooling: "none",
      group: "subject",
      parameters: { v: "1 + conf" },
      priors: { v_Intercept: "normal(0, 1)", v_conf: "normal(0, 2)", a_Intercept: "normal(0, 3)" },
      guard: false,
    });
    const language = written(({ sample, plate, observe }) => {
      const [b0, b1] = plate("subject", subjects, () => [sample("b0", normal(0, 1)), sample("b1", normal(0, 2))]);
      const a = plate("subject", subjects, () => sample("a", normal(0, 3)));
      const v = b0.at(subject).add(b1.at(subject).mul(data.conf));
      observe("x", learned(likelihood, { v, a: a.exp().at(subject) }, { guard: false }), observed);
    });
    expectEqualDensity(link<FormulaData>(formulas, data), language);
  });

  test("7: two data sets that share a parameter and its subjects", () => {
    const [first, second] = [likelihoodOf("v", "a"), likelihoodOf("v")];
    const more = { x: [0.1, 0.2, 0.3, -1], subject: ["s2", "new", "new", "s1"] };
    const formulas = hierarchical({
      datasets: [
        { name: "first", likelihood: first, data },
        { name: "second", likelihood: second, data: more },
      ],
      shared: ["v"],
      parameters: { v: "1 + (1 | subject)", a: "1" },
      priors: { v_Intercept: "normal(0, 1)", "v_1|subject_sigma": "halfNormal(1)", first_a_Intercept: "normal(0, 1)" },
    });
    const language = link(
      model<null>("written", ({ sample, plate, observe }) => {
        const mu = sample("mu", normal(0, 1));
        const sigma = sample("sigma", halfNormal(1));
        // "new" comes before "s1".
        const v = plate("subject", 7, () => sample("z", normal(0, 1)).mul(sigma).add(mu));
        const a = sample("a", normal(0, 1)).exp();
        observe("first", learned(first, { v: v.at(subject.map((own) => own + 1)), a }), observed);
        observe("second", learned(second, { v: v.at([2, 0, 0, 1]) }), { x: more.x });
      }),
      null,
    );
    expectEqualDensity(link<readonly FormulaData[]>(formulas, [data, more]), language);
  });
});

test("deviations and correlations are recorded, whatever the parametrisation", () => {
  for (const centred of [true, false]) {
    const parameters = { v: "cond + (cond | subject)" };
    const built = hierarchical({ likelihood: likelihoodOf("v"), data, parameters, centred });
    const density = link<FormulaData>(built, data);
    const outputs = new Float64Array(density.numOutputs);
    const rng = rngFromSeed(1);
    density.constrain(
      Float64Array.from({ length: density.dim }, () => rng.uniform() - 0.5),
      outputs,
    );
    const found = new Map<string, Float64Array>();
    let at = 0;
    for (const { name, slot } of density.model.variables) {
      found.set(name, outputs.subarray(at, at + slot.size));
      at += slot.size;
    }
    const get = (name: string): Float64Array => found.get(name) ?? new Float64Array();
    const L = get("v_1+cond[hard]+cond[mixed]|subject_correlation_cholesky");
    expect(L).toHaveLength(9);
    expect(get("v_1~cond[hard]|subject_correlation")[0]).toBeCloseTo(L[3], 14);
    expect(get("v_1~cond[mixed]|subject_correlation")[0]).toBeCloseTo(L[6], 14);
    expect(get("v_cond[hard]~cond[mixed]|subject_correlation")[0]).toBeCloseTo(L[3] * L[6] + L[4] * L[7], 14);
    const deviations = get("v_1|subject");
    const expected = centred
      ? get("v_1|subject_coefficient").map((each) => each - get("v_Intercept")[0])
      : get("v_1|subject_offset").map((each) => each * get("v_1|subject_sigma")[0]);
    deviations.forEach((each, group) => {
      expect(each).toBeCloseTo(expected[group], 14);
    });
  }
});

const times = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x * b[i]);
const digits = (x: number): number => Number(x.toPrecision(3));
