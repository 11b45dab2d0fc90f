import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { designOf } from "@poolish/ppl";
import { expect, test } from "vitest";
import { defaultPriors } from "../../src/formula/defaultPriors.ts";
import { type Link, unlinked } from "../../src/formula/link.ts";
import { distributionOf } from "../../src/formula/prior.ts";
import { trialTable } from "./trialTable.ts";

const data = trialTable();
const identity: Link = { name: "identity", lower: -Infinity, upper: Infinity };
const log: Link = { name: "log", lower: 0, upper: Infinity };
const logit: Link = { name: "logit", lower: 0, upper: 1 };

test("an intercept alone has the quantiles of 5 and 95 % a tenth of the box inside", () => {
  const [prior] = defaultPriors(designOf("1", data), identity, [-3, 5]).fixed;
  expect(prior).toEqual({ family: "normal", parameters: [1, 1.95], isCustom: false });
  expect(3.2 / 1.6448536).toBeCloseTo(1.95, 2);
});

test("without a finite box the prior is wide", () => {
  const [prior] = defaultPriors(designOf("1", data), identity, [-Infinity, Infinity]).fixed;
  expect(prior.parameters).toEqual([0, 2.5]);
});

test.each<[string, Link, readonly [number, number]]>([
  ["1", identity, [-3, 3]],
  ["1", log, [0, 2.5]],
  ["1", logit, [0, 1]],
  ["1 + conf * cond + (1 + conf | subject)", identity, [-3, 3]],
  ["scale(conf) + (1 | subject) + (1 | item)", log, [0.3, 2.5]],
  ["0 + cond + (0 + cond || subject)", logit, [0.1, 0.9]],
  ["conf + x + (conf + x | subject)", log, [0, 2]],
])("the prior predictive of %s stays mostly inside the box", (formula, link, box) => {
  const design = designOf(formula, data);
  const priors = defaultPriors(design, link, box);
  const columns = design.blocks.flatMap((block) => block.columns);
  const varying = design.groups.map(({ blocks }) => blocks.flatMap((block) => block.columns));
  const rng = rngFromSeed(5);
  const numDraws = 4000;
  let inside = 0;
  for (let draw = 0; draw < numDraws; draw++) {
    const row = draw % design.numRows;
    let eta = 0;
    columns.forEach((column, k) => {
      eta += column[row] * distributionOf(priors.fixed[k]).sample(rng);
    });
    varying.forEach((group, g) => {
      group.forEach((column, k) => {
        eta += column[row] * distributionOf(priors.groups[g][k]).sample(rng) * standardNormal(rng);
      });
    });
    const theta = unlinked(link, eta);
    if (theta >= box[0] && theta <= box[1]) inside++;
  }
  // The claim is nine tenths; 4 standard errors of a share at 0.9 are 4 sqrt(.09 / 4000).
  expect(inside / numDraws).toBeGreaterThan(0.9 - 4 * Math.sqrt(0.09 / numDraws));
});
