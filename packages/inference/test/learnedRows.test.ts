import { rngFromSeed } from "@poolish/core";
import { halfNormal, learned, type Model, model, nonCentered, normal } from "@poolish/ppl";
import { beforeAll, describe, expect, test } from "vitest";
import { type Fit, infer, learnedRows, refit } from "../src/index.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const group = Int32Array.of(0, 0, 1, 2, 2, 1);
const chips = [3, 4, 9, 1, 2, 7];
const hierarchy: Model<object> = model("hierarchy", ({ sample, plate, observe }) => {
  const [mu, tau] = [sample("mu", normal(1, 0.5)), sample("tau", halfNormal(0.5))];
  const z = plate("factory", ["a", "b", "c"], () => sample("z", nonCentered(normal(mu, tau))));
  observe("chips", learned(poissonLikelihood, { rate: z.exp().at(group) }), { chips });
});
const settings = { chains: 2, warmup: 200, draws: 200, seed: 1, workers: 1 };

let fit: Fit;
beforeAll(async () => {
  fit = await infer(hierarchy, {}, settings);
});

describe("learnedRows", () => {
  test("has the rows of a draw, in the groups that they belong to", () => {
    const rows = learnedRows(fit);
    expect(rows).toMatchObject({ site: "chips", numTrials: 6, numRows: 3, plate: "factory", groups: ["a", "b", "c"] });
    expect(Array.from(rows.row, (r) => rows.groupOfRow[r])).toEqual(Array.from(group));
    const theta = new Float64Array(3);
    rows.thetaAt(250, theta);
    ["a", "b", "c"].forEach((label, g) => {
      const row = rows.groupOfRow.indexOf(g);
      expect(theta[row]).toBeCloseTo(Math.exp(fit.draws(`z[${label}]`)[1][50]), 12);
    });
  });

  test("new groups follow the draw's hyper-parameters", () => {
    const rows = learnedRows(fit);
    const theta = new Float64Array(3);
    const [mu, tau] = ["mu", "tau"].map((name) => fit.draws(name)[0][7]);
    const rng = rngFromSeed(1);
    const logs: number[] = [];
    for (let i = 0; i < 1000; i++) {
      rows.newThetaAt(7, rng.foldIn(i), theta);
      logs.push(...theta.map(Math.log));
    }
    const mean = logs.reduce((sum, value) => sum + value / logs.length, 0);
    const variance = logs.reduce((sum, value) => sum + (value - mean) ** 2 / logs.length, 0);
    expect(Math.abs(mean - mu)).toBeLessThan((4 * tau) / Math.sqrt(3000));
    expect(Math.abs(variance / tau ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / 3000));
  });

  test("rows of a nested plate that is centred at the outer one belong to both: the first plate is named", async () => {
    const nested = model("nested", ({ sample, plate, observe }) => {
      const z = plate("factory", ["a", "b", "c"], () => sample("z", normal(1, 0.5)));
      const shift = plate("shift", 4, () => sample("level", normal(z.at([0, 1, 2, 2]), 0.5)));
      observe("chips", learned(poissonLikelihood, { rate: shift.exp().at([0, 0, 1, 2, 3, 1]) }), { chips });
    });
    const rows = learnedRows(await infer(nested, {}, { ...settings, warmup: 50, draws: 50 }));
    expect(rows).toMatchObject({ numRows: 4, plate: "factory" });
    expect(Array.from(rows.row, (r) => rows.groupOfRow[r])).toEqual([0, 0, 1, 2, 2, 1]);
  });

  test("names the sites there are", () => {
    expect(() => learnedRows(fit, "nowhere")).toThrow(/learned sites are chips/);
  });
});

test("refit fits the same model and data with other likelihoods", async () => {
  // Twice the rate explains the same counts with z less by log 2.
  const doubled = {
    ...poissonLikelihood,
    bind(...[columns, row, numRows]: Parameters<typeof poissonLikelihood.bind>) {
      const bound = poissonLikelihood.bind(columns, row, numRows);
      return {
        ...bound,
        evaluate: (theta: Float64Array, logTerms: Float64Array) =>
          bound.evaluate(
            theta.map((rate) => 2 * rate),
            logTerms,
          ),
        pullback(adjoint: Float64Array, gradient: Float64Array) {
          const own = new Float64Array(gradient.length);
          bound.pullback(adjoint, own);
          own.forEach((value, i) => {
            gradient[i] += 2 * value;
          });
        },
      };
    },
    toDescriptor: () => ({ kind: "inline", name: "doubled" }) as const,
  };
  const again = await refit(fit, { likelihoods: [doubled], seed: 2 });
  expect(again.numDraws).toBe(fit.numDraws);
  const meanOf = (of: Fit): number => of.summary().find(({ name }) => name === "z[b]")?.mean ?? Number.NaN;
  expect(meanOf(again)).toBeLessThan(meanOf(fit) - 0.3);
});
