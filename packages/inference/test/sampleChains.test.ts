import { infer } from "@poolish/inference";
import { gamma, learned, model, normal } from "@poolish/ppl";
import { expect, test } from "vitest";
import { cookieData, cookieModel } from "./fixtures/cookies.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const options = { seed: 3, chains: 1, warmup: 150, draws: 20, workers: 1 } as const;

test("chains learn correlations by default where there is a learned likelihood, and scales alone elsewhere", async () => {
  const learned = cookieModel(poissonLikelihood);
  const plain = model("plain", ({ sample, observe }) => {
    const mu = sample("mu", normal(0, 10));
    const slope = sample("slope", normal(0, 10));
    observe("y", normal(mu.add(slope.mul(9)), 1), [1, 2, 3]);
  });
  const drawsOf = async (adaptation?: "fisher" | "lowRank") => {
    const chosen = { ...options, ...(adaptation === undefined ? {} : { adaptation }) };
    const fits = [await infer(learned, cookieData, chosen), await infer(plain, {}, chosen)];
    return fits.map((fit) => fit.toInferenceData());
  };
  const [byDefault, fisher, lowRank] = [await drawsOf(), await drawsOf("fisher"), await drawsOf("lowRank")];
  expect(byDefault[0]).toStrictEqual(lowRank[0]);
  expect(byDefault[0]).not.toStrictEqual(fisher[0]);
  expect(byDefault[1]).toStrictEqual(fisher[1]);
  expect(byDefault[1]).not.toStrictEqual(lowRank[1]);
});

test("with more than a hundred coordinates, where directions cost more than they save, chains learn scales alone", async () => {
  const wide = model("wide", ({ sample, plate, observe }) => {
    const location = Array.from({ length: 101 }, (_, i) => i);
    const rate = plate("location", location.map(String), () => sample("rate", gamma(20, 2)));
    observe("chips", learned(poissonLikelihood, { rate: rate.at(location) }), { chips: location.map((i) => i % 20) });
  });
  const drawsOf = async (adaptation?: "fisher" | "lowRank") => {
    const fit = await infer(wide, {}, { ...options, ...(adaptation === undefined ? {} : { adaptation }) });
    return fit.toInferenceData();
  };
  const byDefault = await drawsOf();
  expect(byDefault).toStrictEqual(await drawsOf("fisher"));
  expect(byDefault).not.toStrictEqual(await drawsOf("lowRank"));
});
