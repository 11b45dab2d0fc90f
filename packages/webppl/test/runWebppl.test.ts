import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PoolishError, type Progress } from "@poolish/core";
import { tableFromColumns, tableToParquet } from "@poolish/io";
import { afterAll, describe, expect, test } from "vitest";
import { type Posterior, type RunOptions, runWebPPL } from "../src/index.ts";
import { buildBundle, bundleFile } from "./support/buildBundle.ts";

const folder = mkdtempSync(join(tmpdir(), "run-webppl-"));
afterAll(() => rmSync(folder, { recursive: true }));

const filename = "program.wppl";
const normal = (samples: number) =>
  `Infer({ method: 'NUTS', chains: 2, samples: ${samples}, burn: 20, model: function() { var x = gaussian(0, 1); return x; } })`;
const plain = { square: (x: number) => x * x, isPositive: (x: number) => x > 0, nothing() {} };

describe("runWebPPL", () => {
  test("returns the value of the last line; data are globals, for the run only", async () => {
    expect(await runWebPPL<number>("sum(ys) + offset", { data: { ys: [1, 2, 3], offset: 10 } })).toBe(16);
    expect("ys" in globalThis).toBe(false);
  });

  test("the seed fixes the draws of NUTS, whose progress is told", async () => {
    const reports: Progress[] = [];
    const onProgress = (progress: Progress) => reports.push(progress);
    const first = await runWebPPL<Posterior>(normal(30), { seed: 3, onProgress });
    const second = await runWebPPL<Posterior>(normal(30), { seed: 3 });
    expect(second.samples).toEqual(first.samples);
    expect(reports.at(-1)).toMatchObject({ task: "chain 2 of 2", done: 50, total: 50 });
  });

  test.each([
    ["MCMC", "method: 'MCMC', samples: 50, burn: 10, lag: 1", 110, /% accepted$/],
    ["SMC", "method: 'SMC', particles: 20", 4, /^3 factors$/],
    ["optimize", "method: 'optimize', steps: 30, samples: 5", 30, /^objective /],
    ["forward", "method: 'forward', samples: 40", 40, /^40 samples$/],
    ["rejection", "method: 'rejection', samples: 10", 10, /^10 samples$/],
  ])("the progress of WebPPL's own %s is told, and its draws stay the same", async (task, options, total, words) => {
    const code = `
      var model = function() { var x = gaussian(0, 1); mapN(function(i) { factor(-x * x); }, 3); return x; };
      Infer({ ${options}, model: model })`;
    const reports: Progress[] = [];
    const told = await runWebPPL<Posterior>(code, { seed: 1, onProgress: (progress) => reports.push(progress) });
    const untold = await runWebPPL<Posterior>(code, { seed: 1 });
    expect(told.samples).toEqual(untold.samples);
    const own = reports.filter((progress) => progress.task === task);
    expect(own.at(-1)).toMatchObject({ done: total, total });
    expect(own.at(-1)?.message).toMatch(words);
    expect(own.length).toBeLessThanOrEqual(100);
  });

  test("Optimize itself tells of its steps, and keeps the program's own onStep", async () => {
    const reports: Progress[] = [];
    const code = `
      var model = function() { var x = gaussian(0, 1); observe(Gaussian({ mu: x, sigma: 1 }), 2); return x; };
      Optimize({ model: model, steps: 20, onStep: function(step) { return step === 9; } });
      1`;
    await runWebPPL(code, { seed: 1, onProgress: (progress) => reports.push(progress) });
    expect(reports.at(-1)).toMatchObject({ task: "optimize", done: 10, total: 20 });
  });

  test("programs that are started together run one after the other", async () => {
    const codes = ["repeat(2000, function() { return flip(0.5) }).length", "'b'", "gaussian(0, 0)", "4"];
    const runs = await Promise.allSettled(codes.map((code) => runWebPPL(code)));
    expect(runs.map((run) => (run.status === "fulfilled" ? run.value : run.status))).toEqual([
      2000,
      "b",
      "rejected",
      4,
    ]);
  });

  test.each([
    ["NUTS", normal(1_000_000)],
    ["MH", "Infer({ method: 'MCMC', samples: 100000000, onlyMAP: true, model: function() { return flip(0.5) } })"],
  ])("a signal ends %s", async (_, code) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 900);
    await expect(runWebPPL(code, { signal: controller.signal })).rejects.toMatchObject({ kind: "cancelled" });
  });

  test("Parquet tables are read", async () => {
    const file = join(folder, "table.parquet");
    writeFileSync(
      file,
      tableToParquet(tableFromColumns({ location: Float64Array.of(1, 2), chips: Float64Array.of(4, 6) })),
    );
    const rows = await runWebPPL("readTable(file)", { data: { file } });
    expect(rows).toEqual([
      { location: 1, chips: 4 },
      { location: 2, chips: 6 },
    ]);
  });

  test("packages are loaded by path", async () => {
    writeFileSync(join(folder, "double.wppl"), "var double = function(x) { return 2 * x; };");
    const manifest = { name: "doubling", version: "1.0.0", webppl: { wppl: ["double.wppl"] } };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    expect(await runWebPPL("double(21)", { packages: [folder] })).toBe(42);
  });
});

const model = (body: string) =>
  `var model = function() {\n${body}\n};\nInfer({ method: 'NUTS', samples: 40, burn: 40, model: model })`;

/** What goes wrong, the program, the line that the message names, and its words. */
const BROKEN: readonly (readonly [string, string, number, RegExp])[] = [
  ["no JavaScript", "var xs = [1,\n2;", 2, /unexpected token/],
  ["newer JavaScript", "var a = 1;\na ?? 2", 2, /\?\? is not part of WebPPL/],
  ["an unknown function", "var a = 1;\nvar b = nothing(3);\nb", 2, /nothing is not defined/],
  ["an unknown function in a model", model("var x = gausian(0, 1);\nreturn x;"), 2, /gausian is not defined/],
  [
    "bounds the wrong way round",
    model("var a = exponential(1);\nreturn uniform(a, 0);"),
    3,
    /log-density of a draw from Uniform is NaN|Uniform is -Infinity/,
  ],
  [
    "an impossible condition",
    model("var x = gamma(1, 1);\ncondition(x < 0);\nreturn x;"),
    3,
    /this factor is -Infinity/,
  ],
  [
    "text as data",
    model("var x = gaussian(0, 1);\nobserve(Gaussian({ mu: x, sigma: 1 }), '2');\nreturn x;"),
    3,
    /Gaussian cannot have the observed value "2"/,
  ],
  [
    "data that are missing",
    model("var x = gaussian(0, 1);\nobserve(Gaussian({ mu: x, sigma: 1 }), null);\nreturn x;"),
    3,
    /Gaussian cannot have the observed value null/,
  ],
  [
    "bounds that depend on a branch",
    model("var x = gaussian(0, 1);\nvar u = uniform(0, x > 0 ? 1 : 3);\nreturn u;"),
    3,
    /the bounds of Uniform depend on a branch/,
  ],
  [
    "a target out of range",
    "var model = function() { return gaussian(0, 1); };\n\nInfer({ method: 'NUTS', targetAcceptance: 2, model: model })",
    3,
    /targetAcceptance: expected a number between 0 and 1/,
  ],
  [
    "an option of the kernel out of range",
    "var model = function() { return gaussian(0, 1); };\n\nInfer({ method: 'MCMC', kernel: { NUTS: { stepSize: -1 } }, model: model })",
    3,
    /stepSize: expected a positive number/,
  ],
  ["a bare call of a function among the data", "var a = 1;\nvar b = squared(a);\nb", 2, /write _top\.squared\(…\)/],
  ["an unknown variable", model("var x = gaussian(0, 1);\nreturn x + y;"), 3, /y is not defined/],
  ["a property of nothing", "var o = {};\nvar x = o.a.b;\nx", 2, /reading 'b'/],
  ["a call of a number", "var o = 3;\nvar x = o(2);\nx", 2, /o is not a function/],
  ["a wrong parameter", "var a = 1;\ngaussian(0, -1)", 2, /sigma/],
  [
    "a discrete choice",
    model("var x = gaussian(0, 1);\nvar b = flip(0.5);\nreturn x;"),
    3,
    /Bernoulli is discrete.*'MCMC' or 'SMC'/,
  ],
  [
    "a branch",
    model("var x = gaussian(0, 1);\nreturn x > 0 ? gaussian(0, 1) : beta(1, 1);"),
    3,
    /choices depend on a random value.*'MCMC'/,
  ],
  [
    "a random number of choices",
    model("var x = gaussian(0, 1);\nreturn repeat(x > 0 ? 1 : 2, function() {\nreturn gaussian(0, 1); });"),
    4,
    /choices depend/,
  ],
  [
    "Math.log1p",
    model("var x = exponential(1);\nfactor(Math.log1p(x));\nreturn x;"),
    3,
    /Math\.log1p does not know AD values/,
  ],
  [
    "a JavaScript function",
    model("var x = gaussian(0, 1);\nfactor(plain.square(x));\nreturn x;"),
    3,
    /cannot be differentiated.*'MCMC'/,
  ],
  [
    "one in a condition",
    model("var x = gaussian(0, 1);\nfactor(plain.isPositive(x) ? 0 : -1);\nreturn x;"),
    6,
    /on numbers but .* on AD values/,
  ],
  [
    "a detached value",
    model("var x = gaussian(0, 1);\nfactor(-ad.value(x) * ad.value(x));\nreturn x;"),
    6,
    /^x: .*finite differences/,
  ],
  [
    "impossible data",
    model("var x = uniform(0, 1);\nobserve(Uniform({ a: 2, b: 3 }), 1);\nreturn x;"),
    3,
    /no start with a finite log-density .*the log-density of 1 under Uniform is -Infinity/,
  ],
  [
    "an unknown option",
    "var a = 1;\nInfer({ method: 'NUTS', sampels: 3, model: function() { return gaussian(0, 1); } })",
    2,
    /no option sampels/,
  ],
  [
    "an unknown method",
    "var a = 1;\nInfer({ method: 'NUT', model: function() { return 1; } })",
    2,
    /not a valid method/,
  ],
  [
    "an unknown kernel option",
    "var a = 1;\nInfer({ method: 'MCMC', kernel: { NUTS: { steps: 3 } }, model: function() { return gaussian(0, 1); } })",
    2,
    /no option steps/,
  ],
  ["a missing file", "var a = 1;\nloadEstimator('nowhere.safetensors')", 2, /there is no file/],
  [
    "no likelihood",
    model("var r = gamma(1, 1);\nobserve(Learned({ likelihood: 3, theta: { rate: r } }), 3);\nreturn r;"),
    3,
    /expected a likelihood/,
  ],
  [
    "no posterior",
    model("var t = sample(LearnedPrior({ posterior: 3, x: 1 }));\nreturn t;"),
    2,
    /expected a posterior/,
  ],
  [
    "a number in the place of a distribution",
    model("var x = gaussian(0, 1);\nobserve(3, 4);\nreturn x;"),
    3,
    /observe: expected a distribution, got 3/,
  ],
  [
    "a value in the place of its distribution",
    model("var x = gaussian(0, 1);\nobserve(x, 4);\nreturn x;"),
    3,
    /observe: expected a distribution, got a random value/,
  ],
  ["no factor", model("var x = gaussian(0, 1);\nfactor();\nreturn x;"), 3, /score argument is not a number/],
  [
    "tensors that do not fit",
    model("var x = tensorGaussian(0, 1, [2, 1]);\nvar y = T.dot(x, x);\nreturn y;"),
    3,
    /Dimension mismatch in dot/,
  ],
  [
    "an array in the place of a vector",
    model("var x = gaussian(0, 1);\nvar p = dirichlet([1, 2]);\nreturn p;"),
    3,
    /should be of type "vector/,
  ],
  [
    "constant bounds the wrong way round",
    model("var y = gaussian(0, 1);\nvar x = uniform(3, 1);\nreturn x;"),
    3,
    /no number between the bounds 3 and 1/,
  ],
  [
    "no proper prior",
    model("var x = sample(ImproperUniform());\nvar y = 1;\nreturn x;"),
    6,
    /posterior seems to be improper/,
  ],
  [
    "a vector of another length",
    model(
      "var x = gaussian(0, 1);\nobserve(MultivariateGaussian({ mu: Vector([x, x]), cov: idMatrix(2) }), Vector([1, 2, 3]));\nreturn x;",
    ),
    3,
    /under MultivariateGaussian is -Infinity/,
  ],
  [
    "a matrix that is no covariance",
    model(
      "var x = gaussian(0, 1);\nobserve(MultivariateGaussian({ mu: Vector([x, 0]), cov: Matrix([[1, 2], [2, 1]]) }), Vector([1, 2]));\nreturn x;",
    ),
    3,
    /covariance matrix is not positive definite/,
  ],
  [
    "a method of numbers",
    model("var x = gaussian(0, 1);\nvar t = x.toFixed(2);\nreturn t;"),
    3,
    /cannot be differentiated.*x\.toFixed is not a function/,
  ],
  [
    "random numbers of JavaScript",
    model("var x = gaussian(0, 1);\nfactor(_.random(0, 1, true));\nreturn x;"),
    6,
    /log-density changes from run to run/,
  ],
  [
    "a category that there is not",
    model("var p = beta(1, 1);\nobserve(Categorical({ ps: [p, 1 - p], vs: ['a', 'b'] }), 'c');\nreturn p;"),
    3,
    /log-density of "c" under Categorical is -Infinity/,
  ],
  ["factor outside of inference", "var a = 1;\nfactor(a)", 2, /only inside inference/],
  [
    "a lost model",
    model("var f = [plain.nothing][0];\nvar x = gaussian(0, 1);\nreturn f(x);"),
    6,
    /stopped before its end/,
  ],
];

test.each(BROKEN)("%s: the message and the line", async (_, code, line, words) => {
  const error = await runWebPPL(code, { data: { plain, squared: plain.square }, filename }).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof PoolishError)) throw new Error("the program is not broken");
  expect(error.message).toMatch(words);
  expect(error.message).toMatch(new RegExp(`line ${line}(:|, program\\.wppl:${line}:\\d+\\)$)`, "m"));
  expect(error.stack?.split("\n").length).toBeLessThan(4);
});

test("a program that is lost outside of inference is an error, too", async () => {
  const run = runWebPPL("var f = [plain.nothing][0];\nf(3)", { data: { plain } } satisfies RunOptions);
  await expect(run).rejects.toThrow(/^the program stopped before its end/);
});

test("the bundle serves require and import", () => {
  buildBundle();
  const use = "runWebPPL('1 + 2').then((value) => console.log(value))";
  const file = JSON.stringify(bundleFile);
  const scripts = [
    ["-e", `const { runWebPPL } = require(${file}); ${use}`],
    ["--input-type=module", "-e", `import { runWebPPL } from ${file}; ${use}`],
  ];
  for (const script of scripts) {
    const { stdout, stderr } = spawnSync("node", script, { encoding: "utf8" });
    expect(`${stdout}${stderr}`).toBe("3\n");
  }
});
