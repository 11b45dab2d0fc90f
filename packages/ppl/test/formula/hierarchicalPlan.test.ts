import { compile, describe as describeModel, type HierarchicalOptions, hierarchical } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { likelihoodOf, trialTable } from "./trialTable.ts";

const data = trialTable();
const likelihood = likelihoodOf("v", "a");
const planned = (options: Partial<HierarchicalOptions>) => hierarchical({ likelihood, data, ...options });

describe("what is decided", () => {
  test("a parameter without a formula has an intercept, for each group where one is named", () => {
    expect(planned({}).plan.parameters.map(({ formulaText }) => formulaText)).toEqual(["1", "1"]);
    const grouped = planned({ group: "subject", parameters: { a: "conf" } }).plan.parameters;
    expect(grouped.map(({ formulaText }) => formulaText)).toEqual(["1 + (1 | subject)", "conf"]);
    expect(planned({ group: "subject", pooling: "complete" }).plan.parameters[0].groups).toEqual([]);
  });

  test("variables and results go by the names of lme4 and bambi", () => {
    const built = planned({ parameters: { v: "cond + (conf | subject)", a: "1 + (1 | item)" } });
    const names = compile(built, data).model.variables.map(({ name, dims }) => [name, ...dims].join(" "));
    expect(names).toEqual([
      "v_Intercept",
      "v_cond[hard]",
      "v_cond[mixed]",
      "v_1|subject_sigma",
      "v_conf|subject_sigma",
      expect.stringContaining("v_1+conf|subject_correlation_cholesky"),
      "v_1~conf|subject_correlation",
      "v_1|subject_offset subject",
      "v_conf|subject_offset subject",
      "v_1|subject subject",
      "v_conf|subject subject",
      "a_Intercept",
      "a_1|item_sigma",
      "a_1|item_offset item",
      "a_1|item item",
      "a item",
    ]);
  });

  test("the network runs once for each distinct row of predictors and groups", () => {
    const distinct = new Set(data.x.map((_, i) => `${data.cond[i]} ${data.subject[i]} ${data.item[i]}`));
    const built = planned({ parameters: { v: "cond + (1 | subject)", a: "1 + (1 | item)" } });
    expect(compile(built, data).model.observations[0].numRows).toBe(distinct.size);
    expect(distinct.size).toBeLessThan(data.x.length);
    expect(compile(planned({}), data).model.observations[0].numRows).toBe(1);
  });

  test("groups are centred from 50 trials a coefficient on", () => {
    const centred = (numTrials: number, formula: string): boolean => {
      const many = { ...trialTable(numTrials), half: Array.from({ length: numTrials }, (_, i) => i % 2) };
      const built = hierarchical({ likelihood: likelihoodOf("v"), data: many, parameters: { v: formula } });
      return built.plan.parameters[0].groups[0].isCentred;
    };
    expect(centred(98, "(1 | half)")).toBe(false);
    expect(centred(100, "(1 | half)")).toBe(true);
    expect(centred(198, "conf + (conf | half)")).toBe(false);
    expect(centred(200, "conf + (conf | half)")).toBe(true);
  });

  test("only one factor takes the population's mean up", () => {
    const { groups } = planned({ parameters: { v: "(1 | subject) + (1 | item)" }, centred: true }).plan.parameters[0];
    expect(groups.map(({ coefficients }) => coefficients[0].mean)).toEqual([0, undefined]);
  });

  test("new data may have new groups, and new conditions are coded by the old ones", () => {
    const built = planned({ parameters: { v: "scale(conf) + (1 | subject)" } });
    const { model } = compile(built, { x: [1, 2], conf: [7, 8], subject: ["s3", "s99"] });
    expect(model.coords.subject).toEqual(["s1", "s2", "s3", "s4", "s5", "s6", "s99"]);
  });

  test("new groups of one data set are members in all", () => {
    const one = { x: [1, 2, 3], g: ["p", "q", "r"] };
    const built = hierarchical({
      datasets: ["first", "second"].map((name) => ({ name, likelihood: likelihoodOf("v"), data: one })),
      group: "g",
    });
    const { model } = compile(built, [one, { x: [0, 0], g: ["o", "p"] }]);
    expect(model.coords.g).toEqual(["p", "q", "r", "o"]);
    expect(model.variables.filter(({ name }) => name.endsWith("_offset")).map(({ shape }) => shape)).toEqual([
      [4],
      [4],
    ]);
  });
});

describe("what is printed", () => {
  test("describe prints formulas, links, compositions, priors and reasons", () => {
    const built = planned({
      name: "drift",
      parameters: { v: "conf + (conf | subject)", a: { formula: "1", link: "log" } },
      priors: { v_conf: "normal(0, 1/2)" },
    });
    expect(describeModel(built)).toBe(
      `Model drift, partial pooling: groups inform each other through group terms
  x of 90 trials

v ~ conf + (conf | subject)
  a real number, trained in [-3, 3], identity link
  v = v_Intercept + v_conf · conf + v_1|subject[subject] + v_conf|subject[subject] · conf
  v_Intercept ~ normal(0, 1.03)  (default)
  v_conf ~ normal(0, 0.5)
  (v_1|subject, v_conf|subject) ~ multivariateNormal(0, D R D), D = diag(v_1|subject_sigma, v_conf|subject_sigma), R correlations
    for each of 6 levels of subject; non-centred by default: the median group has 15 trials for 2 coefficients, below 50 each
  v_1|subject_sigma ~ halfNormal(0.596)  (default)
  v_conf|subject_sigma ~ halfNormal(0.377)  (default)
  v_1+conf|subject_correlation ~ lkj(2)  (default)

a ~ 1
  a number above 0, trained in [0.2, 2.5], log link
  a = exp(a_Intercept)
  a_Intercept ~ normal(-0.0121, 0.506)  (default)
`,
    );
  });

  test("describe prints fixed and shared parameters, no pooling and notices", () => {
    const sides = { ...data, side: data.conf.map((_, i) => ["left", "right"][i % 2]) };
    const built = hierarchical({
      datasets: ["first", "second"].map((name) => ({ name, likelihood, data: sides })),
      shared: ["v"],
      pooling: "none",
      group: "subject",
      parameters: { v: "side", first_a: 1, second_a: { formula: "1", link: "identity" } },
    });
    const text = describeModel(built);
    expect(text).toContain("shared by first, second");
    expect(text).toContain("first: x of 90 trials");
    expect(text).toContain("first_a = 1, fixed");
    expect(text).toContain("coefficients of its own for each of 6 levels of subject");
    expect(text).toContain("  side has levels left (reference), right\n");
    expect(text).toContain("v = v_Intercept[subject] + v_side[right][subject] · side[right]\n");
    expect(text).toMatch(/Notices\n {2}second_a: the identity link can leave the parameter's support/);
  });

  test.each<[string, Partial<HierarchicalOptions>, RegExp]>([
    ["few groups", { parameters: { v: "(1 | item)" } }, /item has 4 groups.*rest largely on their priors/],
    [
      "a group without data",
      { parameters: { v: "(1 | subject)" }, levels: { subject: ["s1", "s2", "s3", "s4", "s5", "s6", "s7"] } },
      /subject s7 without data/,
    ],
    ["a slope without a mean", { parameters: { v: "(0 + conf | subject)" } }, /conf varies over subject around 0/],
    [
      "a slope that cannot vary",
      {
        parameters: { v: "size + (size | subject)" },
        data: { ...data, size: data.subject.map((each) => Number(each[1]) - 4) },
      },
      /size does not vary within subject/,
    ],
    [
      "a predictor far from 0",
      { parameters: { v: "year" }, data: { ...data, year: data.conf.map((x) => 2000 + x) } },
      /year lies far from 0 .*scale\(year\)/,
    ],
    ["dropped group terms", { parameters: { v: "(1 | subject)" }, pooling: "complete" }, /leaves the group terms/],
  ])("a notice of %s", (_, options, words) => {
    expect(planned(options).notices).toEqual([expect.stringMatching(words)]);
  });
});

describe("what is refused before sampling", () => {
  const cases: [string, Partial<HierarchicalOptions>, { kind: "model" | "input"; field: string }, RegExp][] = [
    [
      "collinear columns",
      { parameters: { v: "conf + twice" }, data: { ...data, twice: data.conf.map((x) => 2 * x) } },
      { kind: "model", field: "v" },
      /column twice is a combination of conf, .*at column 8/,
    ],
    [
      "a constant predictor",
      { parameters: { v: "k" }, data: { ...data, k: data.conf.map(() => 3) } },
      { kind: "model", field: "v" },
      /column k is constant.*at column 1/,
    ],
    [
      "a level without data",
      { parameters: { v: "cond" }, levels: { cond: ["easy", "hard", "mixed", "other"] } },
      { kind: "model", field: "v" },
      /cond\[other\] is zero in all rows/,
    ],
    [
      "one group",
      { parameters: { v: "(1 | k)" }, data: { ...data, k: data.conf.map(() => 3) } },
      { kind: "model", field: "v" },
      /k has one group, 3.*at column 2/,
    ],
    [
      "a group too small for its own slope",
      {
        pooling: "none",
        group: "pair",
        parameters: { v: "conf" },
        data: { ...data, pair: data.conf.map((x, i) => (i > 1 ? "rest" : String(x))) },
      },
      { kind: "model", field: "v" },
      /conf is constant within pair -1/,
    ],
    [
      "groups that are fixed already",
      { parameters: { v: "subject + (1 | subject)" } },
      { kind: "model", field: "v" },
      /fixed part has the column Intercept for each subject already, at column 12/,
    ],
    [
      "a formula for no parameter",
      { parameters: { w: "1" } },
      { kind: "model", field: "w" },
      /no likelihood has.*v, a/,
    ],
    [
      "a left side of another parameter",
      { parameters: { v: "a ~ 1" } },
      { kind: "model", field: "v" },
      /left side is a, .*at column 1/,
    ],
    ["no terms", { parameters: { v: "0" } }, { kind: "model", field: "v" }, /no terms, at column 1/],
    ["no group", { pooling: "none" }, { kind: "model", field: "group" }, /needs one grouping column/],
    [
      "other groups without pooling",
      { pooling: "none", group: "subject", parameters: { v: "(1 | item)" } },
      { kind: "model", field: "v" },
      /item reaches across, at column 2/,
    ],
    [
      "a prior of nothing",
      { priors: { v_conf: "normal(0, 1)" } },
      { kind: "model", field: "v_conf" },
      /nothing of that name.*v_Intercept, a_Intercept/,
    ],
    [
      "a parametrisation of nothing",
      { centred: { "v|item": true } },
      { kind: "model", field: "v|item" },
      /there are none/,
    ],
    [
      "a missing column",
      { parameters: { v: "1 + cnf" } },
      { kind: "input", field: "cnf" },
      /\(v\) uses it at column 5/,
    ],
  ];
  test.each(cases)("%s", (_, options, details, words) => {
    expectRefusal(() => planned(options), details, words);
  });

  test("shared parameters that are not", () => {
    const datasets = [
      { name: "first", likelihood, data },
      { name: "second", likelihood: likelihoodOf("v"), data },
    ];
    expectRefusal(() => hierarchical({ datasets, shared: ["a"] }), { kind: "model", field: "a" }, /fewer than two/);
    const twice = [datasets[0], datasets[0]];
    expectRefusal(() => hierarchical({ datasets: twice }), { kind: "model", field: "datasets" }, /"first"/);
    const wrong = [
      datasets[0],
      { ...datasets[1], likelihood: { ...likelihood, parameters: [{ ...likelihood.parameters[1], name: "v" }] } },
    ];
    expectRefusal(
      () => hierarchical({ datasets: wrong, shared: ["v"] }),
      { kind: "model", field: "v" },
      /different supports/,
    );
  });

  test("data that the likelihood cannot explain", () => {
    const built = planned({ parameters: { v: "conf" } });
    expectRefusal(() => compile(built, { conf: [1, 2] }), { kind: "input", field: "x" }, /no such column/);
    expectRefusal(() => compile(built, { conf: [1], x: ["a"] }), { kind: "input", field: "x" }, /text/);
  });
});
