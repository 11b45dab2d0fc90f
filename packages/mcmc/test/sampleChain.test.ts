import { type LogDensity, PoolishError, type Progress, rngFromSeed } from "@poolish/core";
import { type ChainOptions, createDrawStore, sampleChain, startChain } from "@poolish/mcmc";
import { describe, expect, test } from "vitest";

/** Normal with standard deviations 0.1 and 10. */
const gaussian: LogDensity = {
  dim: 2,
  valueAndGradient(q, gradient) {
    gradient[0] = -q[0] / 0.01;
    gradient[1] = -q[1] / 100;
    return 0.5 * (q[0] * gradient[0] + q[1] * gradient[1]);
  },
};

function run(options: ChainOptions, isCancelled?: () => boolean) {
  const store = createDrawStore(2, options.draws);
  const reports: Progress[] = [];
  const hooks = { sink: store, task: "chain 1", onProgress: (report: Progress) => reports.push(report) };
  const outcome = sampleChain(
    gaussian,
    rngFromSeed(1),
    options,
    isCancelled === undefined ? hooks : { ...hooks, isCancelled },
  );
  return { outcome, stored: store.stored(), reports };
}

/** Draws, divergences and all for each adaptation must be the same again. */
const adaptations = ["fisher", "lowRank", "stan"] as const;

describe("sampleChain", () => {
  const options = { warmup: 200, draws: 100 };

  test("hands exactly the draws after warm-up to the sink, and the same ones for the same seed", () => {
    const { outcome, stored, reports } = run(options);
    expect(outcome).toMatchObject({ kind: "complete", numDraws: 100, numDivergences: 0 });
    expect(stored.numDraws).toBe(100);
    expect(stored.positions.length).toBe(200);
    expect(stored.divergences).toEqual([]);
    expect(run(options)).toEqual({ outcome, stored, reports });
    // At an acceptance of 0.8, no more than a fifth of the draws stay where they were, give or take 4 √(100 · 0.16).
    expect(new Set(stored.positions).size).toBeGreaterThan(2 * (80 - 16));
  });

  test("learns the scales, with Stan's windows from the draws alone", () => {
    const { outcome } = run({ warmup: 1000, draws: 100, adaptation: "stan" });
    if (outcome.kind === "noInitialPosition") throw new Error("expected draws");
    // The last window has 500 draws; their log variances have a standard error of about √(2 / 250).
    expect(Math.abs(Math.log(outcome.inverseMass[0] / 0.01))).toBeLessThan(5 * Math.sqrt(2 / 250));
    expect(Math.abs(Math.log(outcome.inverseMass[1] / 100))).toBeLessThan(5 * Math.sqrt(2 / 250));
  });

  test("jitters the tuned step size by up to 10 % in each draw, uniformly; with Stan's adaptation it does not", () => {
    const numDraws = 2000;
    const { outcome, stored } = run({ warmup: 300, draws: numDraws });
    if (outcome.kind === "noInitialPosition") throw new Error("expected draws");
    const ratios = [...stored.statistics.stepSize].map((stepSize) => stepSize / outcome.stepSize).sort((a, b) => a - b);
    expect(ratios[0]).toBeGreaterThan(0.9);
    expect(ratios[numDraws - 1]).toBeLessThan(1.1);
    // Kolmogorov & Smirnov: P(D √n > 2.6) = 2 exp(-2 · 2.6²) < 3e-6.
    const gaps = ratios.map((ratio, k) => Math.abs((ratio - 0.9) / 0.2 - (k + 0.5) / numDraws));
    expect(Math.max(...gaps) * Math.sqrt(numDraws)).toBeLessThan(2.6);
    const stan = run({ warmup: 300, draws: 50, adaptation: "stan" });
    expect(new Set(stan.stored.statistics.stepSize)).toEqual(new Set([Reflect.get(stan.outcome, "stepSize")]));
  });

  test("reports progress to the end", () => {
    const { reports } = run(options);
    expect(reports.length).toBe(100);
    expect(reports.at(-1)).toMatchObject({ task: "chain 1", done: 300, total: 300 });
    expect(reports.at(-1)?.message).toMatch(/^sampling, 0 divergences, step size /);
    expect(reports[0].message).toMatch(/^warm-up, /);
  });

  test.each([
    [0, 0],
    [150, 0],
    [250, 50],
  ])("cancelled before iteration %i it keeps %i draws, the first ones", (iteration, numDraws) => {
    let numCalls = 0;
    const { outcome, stored } = run(options, () => numCalls++ === iteration);
    expect(outcome).toMatchObject({ kind: "cancelled", numDraws });
    expect(stored.positions).toEqual(run(options).stored.positions.slice(0, 2 * numDraws));
  });

  test.each(adaptations)("%s is deterministic", (adaptation) => {
    expect(run({ ...options, adaptation })).toEqual(run({ ...options, adaptation }));
  });

  test.each(
    [0, 1, 2, 3, 5, 12, 19, 20, 60].flatMap((warmup) => adaptations.map((adaptation) => ({ warmup, adaptation }))),
  )("a warm-up of $warmup iterations works with $adaptation", ({ warmup, adaptation }) => {
    const { outcome } = run({ warmup, draws: 20, adaptation });
    if (outcome.kind === "noInitialPosition") throw new Error("expected draws");
    expect(outcome.numDraws).toBe(20);
    expect(outcome.stepSize).toBeGreaterThan(0);
    expect(outcome.stepSize).toBeLessThan(100);
  });

  test("starts at the given position, which is not written to", () => {
    const initialPosition = Float64Array.of(0.05, 30);
    const chain = startChain(gaussian, rngFromSeed(1), { warmup: 0, draws: 1, initialPosition });
    if (chain.kind !== "chain") throw new Error("expected a chain");
    const start = -0.5 * ((0.05 / 0.1) ** 2 + (30 / 10) ** 2);
    const { info } = chain.next();
    // The energy at the start is that of the draw minus its error, and kinetic energy is positive.
    expect(info.energy - info.energyError).toBeGreaterThan(-start);
    expect(initialPosition).toEqual(Float64Array.of(0.05, 30));
  });

  test("a bad start is a value", () => {
    const nowhere: LogDensity = { dim: 1, valueAndGradient: () => NaN };
    const sink = createDrawStore(1, 1);
    expect(sampleChain(nowhere, rngFromSeed(1), { warmup: 10, draws: 1 }, { sink })).toMatchObject({
      kind: "noInitialPosition",
      numAttempts: 100,
      logDensity: NaN,
    });
    const initialPosition = Float64Array.of(0);
    const outcome = sampleChain(nowhere, rngFromSeed(1), { warmup: 10, draws: 1, initialPosition }, { sink });
    expect(outcome).toMatchObject({ kind: "noInitialPosition", numAttempts: 1, position: initialPosition });
  });

  test.each<[string, Partial<ChainOptions>]>([
    ["warmup", { warmup: -1 }],
    ["draws", { draws: 0 }],
    ["draws", { draws: 1.5 }],
    ["maxTreeDepth", { maxTreeDepth: 0 }],
    ["maxTreeDepth", { maxTreeDepth: 21 }],
    ["targetAcceptance", { targetAcceptance: 1 }],
    ["targetAcceptance", { targetAcceptance: NaN }],
    // As untyped code would pass it.
    ["adaptation", { adaptation: JSON.parse('"nutpie"') }],
    ["initialPosition", { initialPosition: Float64Array.of(1) }],
  ])("a bad %s is the user's mistake: %o", (field, bad) => {
    const sink = createDrawStore(2, 1);
    const attempt = () => sampleChain(gaussian, rngFromSeed(1), { warmup: 1, draws: 1, ...bad }, { sink });
    expect(attempt).toThrow(PoolishError);
    expect(attempt).toThrow(expect.objectContaining({ kind: "input", field }));
  });
});

test("the store keeps divergences with their draw and refuses more draws than it has room for", () => {
  const store = createDrawStore(1, 2);
  const box: LogDensity = {
    dim: 1,
    valueAndGradient(q, gradient) {
      gradient[0] = 0;
      return Math.abs(q[0]) < 2 ? 0 : NaN;
    },
  };
  const chain = startChain(box, rngFromSeed(1), { warmup: 0, draws: 1 });
  if (chain.kind !== "chain") throw new Error("expected a chain");
  const { position, info } = chain.next();
  expect(info.isDivergent).toBe(true);
  store.draw(position, { ...info, isDivergent: false, divergentPosition: undefined });
  expect(store.stored().positions).toEqual(position);
  store.draw(position, info);
  const { statistics, divergences } = store.stored();
  expect(statistics.isDivergent).toEqual(Float64Array.of(0, 1));
  expect(divergences).toEqual([{ draw: 1, position: info.divergentPosition, start: info.divergenceStart }]);
  expect(() => store.draw(position, info)).toThrow("2 draws only");
});

test("a bug of the target ends the chain with its cause, the iteration and the norm of the position", () => {
  const cause = new TypeError("undefined is not a function");
  let numCalls = 0;
  const faulty: LogDensity = {
    dim: 2,
    valueAndGradient(q, gradient) {
      if (++numCalls > 500) throw cause;
      return gaussian.valueAndGradient(q, gradient);
    },
  };
  const chain = startChain(faulty, rngFromSeed(1), { warmup: 100, draws: 100 });
  if (chain.kind !== "chain") throw new Error("expected a chain");
  let last: Float64Array = new Float64Array(2);
  let numDone = 0;
  const runToEnd = () => {
    for (; numDone < 200; numDone++) last = chain.next().position;
  };
  expect(runToEnd).toThrow(expect.objectContaining({ cause }));
  const norm = Math.hypot(...last).toPrecision(4);
  expect(() => chain.next()).toThrow(
    `iteration ${numDone + 2} (counted from 1), which began at a position of norm ${norm}, failed: undefined is not a`,
  );
});
