import { expect, test } from "vitest";
import { createParticles } from "../../src/smc/particles.ts";
import { weighSurvivors } from "../../src/smc/priorSurvival.ts";

const shape = { count: 4, dim: 1, numGroups: 1, numBlocks: 1 };

test("the share is the unbiased one of a negative binomial", () => {
  const particles = createParticles(shape);
  particles.numPriorDraws.set([1, 3, 2, 5]);
  expect(weighSurvivors(particles)).toEqual({ share: 3 / 10, logVariance: 0.7 / 4 });
  for (const logWeight of particles.logWeights) expect(Math.exp(logWeight)).toBeCloseTo(0.3, 14);
});

test("with a slot that gave up it is successes over draws, which the weights' mean keeps", () => {
  const particles = createParticles(shape);
  particles.numPriorDraws.set([1, 3, 2, 100]);
  particles.logLikelihood[3] = -Infinity;
  expect(weighSurvivors(particles).share).toBeCloseTo(3 / 106, 14);
  expect(particles.logWeights.reduce((sum, logWeight) => sum + Math.exp(logWeight), 0) / 4).toBeCloseTo(3 / 106, 14);
});
