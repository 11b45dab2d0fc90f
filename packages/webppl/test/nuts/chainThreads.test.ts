import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Likelihood, PoolishError, type Progress, rngFromSeed } from "@poolish/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProgramDensity, programDensity } from "../../src/density/programDensity.ts";
import type { Continuation, Store, WebpplFunction } from "../../src/host/coroutine.ts";
import { quietSession } from "../../src/host/session.ts";
import { openPool } from "../../src/node/openPool.ts";
import type { OpenPool } from "../../src/nuts/chainPool.ts";
import { driveInSlices } from "../../src/nuts/driveSteps.ts";
import type { NutsOptions } from "../../src/nuts/nutsOptions.ts";
import type { Posterior } from "../../src/nuts/posterior.ts";
import { type ChainHelp, sampleChains } from "../../src/nuts/sampleChains.ts";
import { distantDraws } from "../fixtures/distantDraws.ts";
import { buildBundle } from "../support/buildBundle.ts";
import { addHeader, finishProgram, host, runProgram, sessions } from "../support/webpplProgram.ts";

const folder = mkdtempSync(join(tmpdir(), "chain-threads-"));
beforeAll(buildBundle);
afterAll(() => rmSync(folder, { recursive: true }));
addHeader((environment) => ({
  densityOf: (store: Store, k: Continuation, address: string, model: WebpplFunction) =>
    k(store, programDensity(host, { environment, model, store, address })),
}));

const options: NutsOptions = {
  ...{ samples: 60, burn: 60, chains: 4, seed: 3, targetAcceptance: 0.8, maxTreeDepth: 10, verbose: false },
};

/** x ~ normal(mean, 1) by hand, in a module that a thread can import. */
const MODULE = `
export const likelihood = {
  parameters: [{ name: "mean", support: { kind: "interval", lower: -Infinity, upper: Infinity }, box: [-9, 9] }],
  columns: [{ name: "x", kind: "continuous" }], conditions: [], isNormalised: true,
  bind({ x }, row) {
    let theta;
    return { numTerms: x.length, multiplicity: new Float64Array(x.length).fill(1), termOfTrial: Int32Array.from(x, (_, i) => i),
      evaluate(at, terms) { theta = at; for (let i = 0; i < x.length; i++) terms[i] = -0.5 * (x[i] - at[row[i]]) ** 2; },
      pullback(adjoint, gradient) { for (let i = 0; i < x.length; i++) gradient[row[i]] += adjoint[i] * (x[i] - theta[row[i]]); } };
  },
  toDescriptor() { return { kind: "module", url: import.meta.url, exportName: "likelihood" }; },
};`;

async function learnedNormal(): Promise<Likelihood> {
  const file = join(folder, "likelihood.mjs");
  writeFileSync(file, MODULE);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)).likelihood;
}

interface Counted {
  readonly openPool: OpenPool;
  /** Chains that threads have run to their end. */
  numRun(): number;
}

/** Two threads at once, whatever the machine has, which take all chains that are left. */
function twoThreads(): Counted {
  const pools: ReturnType<OpenPool>[] = [];
  return {
    openPool(task, first, onProgress) {
      const pool = openPool(task, first, onProgress, 2);
      pools.push(pool);
      return pool && { ...pool, take: () => task.options.chains };
    },
    numRun: () =>
      pools.flatMap((pool) => [...(pool?.results.values() ?? [])]).filter((chain) => chain !== undefined).length,
  };
}

function sample(model: string, globals: Readonly<Record<string, unknown>>, help: ChainHelp) {
  const density = runProgram(`densityOf(${model})`, globals) as ProgramDensity;
  const at = new Float64Array(density.dim);
  // As the checks of the gradient do before any chain.
  for (const x of [-1, 0.5, 1]) density.valueAndGradient(at.fill(x), new Float64Array(density.dim));
  return driveInSlices(sampleChains(density, rngFromSeed(options.seed), options, help), quietSession());
}

/** Models, and whether threads can run all of their chains. */
const MODELS: Readonly<Record<string, readonly [model: string, numByThreads: "some" | "none" | "any"]>> = {
  hierarchy: [
    "function() { var mu = gaussian(0, 5), tau = gamma(2, 1); return map(function(y) { var t = gaussian(mu, tau); observe(Gaussian({ mu: t, sigma: 2 }), y); return t; }, [1, 3, 4]); }",
    "some",
  ],
  "bounds, simplex and tensors": [
    "function() { var a = exponential(1), u = uniform(0, a), p = dirichlet(Vector([1, 2, 3])), t = tensorGaussian(u, 1, [2, 1]); observe(Discrete({ ps: p }), 1); return T.sumreduce(T.mul(t, t)); }",
    "some",
  ],
  "a learned likelihood": [
    "function() { var m = gaussian(0, 2), n = gaussian(m, 1); observe(Learned({ likelihood: normal, theta: { mean: m } }), [1, 2]); observe(Learned({ likelihood: normal, theta: { mean: n } }), [3]); return [m, n]; }",
    "some",
  ],
  "a learned prior far away": [
    "function() { var m = sample(LearnedPrior({ posterior: distant })).mu; observe(Gaussian({ mu: m, sigma: 2 }), 804); return m; }",
    "some",
  ],
  "a likelihood that a thread cannot import": [
    "function() { var m = gaussian(0, 2); observe(Learned({ likelihood: lost, theta: { mean: m } }), [1, 2]); return m; }",
    "any",
  ],
  "paths that no chain begins on": [
    "function() { var x = gaussian(0, 4); factor(x > 5 ? -x / 10 : 0); return x; }",
    "any",
  ],
  "inner inference": [
    "function() { var x = gaussian(0, 1); factor(Infer({ method: 'enumerate', model: function() { var b = flip(0.5); factor(b ? x : 0); return b; } }).score(true)); return x; }",
    "none",
  ],
};

test.each(Object.entries(MODELS))("%s: threads draw what one thread draws", async (_, [model, numByThreads]) => {
  const normal = await learnedNormal();
  const lost = { ...normal, toDescriptor: () => ({ kind: "module", url: import.meta.url, exportName: "nothing" }) };
  const globals = { normal, lost, distant: distantDraws() };
  const threads = twoThreads();
  const alone = await sample(model, globals, {});
  const messages: string[] = [];
  const together = await sample(model, globals, {
    openPool: threads.openPool,
    areThreadsWorth: () => true,
    onProgress: ({ message = "" }) => messages.push(message),
  });
  expect(together.map(({ draws }) => draws.positions)).toEqual(alone.map(({ draws }) => draws.positions));
  expect(together.map(({ generated }) => generated)).toEqual(alone.map(({ generated }) => generated));
  if (numByThreads === "some") expect(threads.numRun()).toBeGreaterThan(0);
  if (numByThreads === "none") expect(threads.numRun()).toBe(0);
  expect(messages.some((message) => /on one thread/.test(message))).toBe(numByThreads === "none");
});

test("a program goes on after it has waited for threads, inside of functions and after other inference", async () => {
  const reports: Progress[] = [];
  const code = `
    var model = function() { var x = gaussian(0, 1); observe(Gaussian({ mu: x, sigma: 1 }), 1); return x; };
    var infer = function() { return Infer({ method: 'NUTS', chains: 3, samples: 40, burn: 40, seed: 2, model: model }); };
    var before = Infer({ method: 'enumerate', model: function() { return flip(0.5); } });
    var posteriors = repeat(2, infer);
    var after = Infer({ method: 'MCMC', samples: 5, model: function() { return infer().samples.length; } });
    [posteriors, before.score(true), after.samples[0].value]`;
  const alone = (await finishProgram(code)) as readonly unknown[];
  sessions.current = { ...quietSession(), areThreadsWorth: () => true, onProgress: (report) => reports.push(report) };
  const together = (await finishProgram(code)) as readonly unknown[];
  sessions.current = quietSession();
  const drawsOf = ([posteriors]: readonly unknown[]) =>
    (posteriors as readonly Posterior[]).map(({ samples }) => samples);
  expect(drawsOf(together)).toEqual(drawsOf(alone));
  expect(together.slice(1)).toEqual([-Math.LN2, 120]);
  expect(new Set(reports.map(({ task }) => task))).toEqual(
    new Set(["MCMC", ...[1, 2, 3].map((chain) => `chain ${chain} of 3`)]),
  );
});

test("an abort ends the threads", async () => {
  const controller = new AbortController();
  const model = "function() { return gaussian(0, 1); }";
  const density = runProgram(`densityOf(${model})`) as ProgramDensity;
  density.valueAndGradient(new Float64Array(1), new Float64Array(1));
  const pools: ReturnType<OpenPool>[] = [];
  const help: ChainHelp = {
    areThreadsWorth: () => true,
    openPool(task, first, onProgress) {
      pools.push(openPool(task, first, onProgress, 1));
      setTimeout(() => controller.abort(), 50);
      return pools[0];
    },
  };
  const long = { ...options, samples: 5_000_000 };
  const run = driveInSlices(sampleChains(density, rngFromSeed(1), long, help), {
    ...quietSession(),
    signal: controller.signal,
  });
  await expect(run).rejects.toThrow(PoolishError);
  await pools[0]?.finished;
});

test("whoever hears of the threads may fail: the run does with it, and hears no more", async () => {
  const density = runProgram("densityOf(function() { return gaussian(0, 1); })") as ProgramDensity;
  density.valueAndGradient(new Float64Array(1), new Float64Array(1));
  let numHeard = 0;
  const help: ChainHelp = {
    areThreadsWorth: () => true,
    // This thread's own reports are no matter.
    openPool: (task, first) =>
      openPool(
        task,
        first,
        () => {
          numHeard++;
          throw new Error("mine");
        },
        2,
      ),
  };
  const long = { ...options, samples: 50_000 };
  await expect(driveInSlices(sampleChains(density, rngFromSeed(1), long, help), quietSession())).rejects.toThrow(
    "mine",
  );
  const before = numHeard;
  expect(before).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(numHeard).toBe(before);
});
