import { expect, test } from "vitest";
import { compile, exponential, gamma, learned, linkModel, model } from "../../../ppl/src/index.ts";
import { type ProgramDensity, programDensity } from "../../src/density/programDensity.ts";
import type { Continuation, Store, WebpplFunction } from "../../src/host/coroutine.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.ts";
import { addHeader, host, runProgram } from "../support/webpplProgram.ts";

addHeader((environment) => ({
  densityOf: (store: Store, k: Continuation, address: string, program: WebpplFunction) =>
    k(store, programDensity(host, { environment, model: program, store, address })),
}));

const groups = [[12, 11, 9], [3, 4], [8], [7, 7, 10, 5], [6, 6]];
const chips = poissonLikelihood();

test("the factories have the same log-density and gradient as a WebPPL program and as a TypeScript model", () => {
  const program = runProgram(
    `densityOf(function() {
      var mu = gamma(2, 5), sigma = exponential(1);
      return map(function(counts) {
        var rate = gamma(mu * mu / (sigma * sigma), sigma * sigma / mu);
        observe(Learned({ likelihood: chips, theta: { rate: rate } }), counts);
        return rate;
      }, groups);
    })`,
    { chips, groups },
  ) as ProgramDensity;
  const factories = model(
    "factories",
    ({ sample, plate, observe }, data: { chips: Float64Array; location: Int32Array }) => {
      const mu = sample("mu", gamma(2, 0.2));
      const sigma = sample("sigma", exponential(1));
      const shape = mu.square().div(sigma.square());
      const rate = plate("location", 5, () => sample("rate", gamma(shape, mu.div(sigma.square()))));
      observe("chips", learned(chips, { rate: rate.at(data.location) }), { chips: data.chips });
    },
  );
  const location = Int32Array.from(groups.flatMap((counts, group) => counts.map(() => group)));
  const compilation = compile(factories, { chips: Float64Array.from(groups.flat()), location });
  const linked = linkModel(compilation.model, compilation.likelihoods);
  expect(linked.dim).toBe(program.dim);
  const [ours, theirs] = [new Float64Array(7), new Float64Array(7)];
  for (const start of [0.2, 0.9, 1.7, -0.4]) {
    const position = Float64Array.from({ length: 7 }, (_, i) => start + Math.sin(3 * i));
    const value = program.valueAndGradient(position, ours);
    const expected = linked.valueAndGradient(position, theirs);
    // Rounding of some thirty terms.
    expect(Math.abs(value - expected)).toBeLessThan(1e-11 * (1 + Math.abs(expected)));
    ours.forEach((derivative, i) => {
      expect(Math.abs(derivative - theirs[i])).toBeLessThan(1e-10 * (1 + Math.abs(theirs[i])));
    });
  }
});
