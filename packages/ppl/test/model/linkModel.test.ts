import { compile, exponential, gamma, learned, linkModel, model, normal, uniform } from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { gradientAt, linked, valueAt } from "../support/linked.ts";
import { recordingLikelihood } from "../support/recordingLikelihood.ts";

function hierarchy() {
  const { likelihood, recording } = recordingLikelihood(["a", "b"]);
  const compilation = compile(
    model("hierarchy", ({ sample, plate, observe, deterministic }) => {
      const mu = sample("mu", gamma(2, 0.2));
      const sigma = sample("sigma", exponential(1));
      const rate = plate("group", ["u", "v"], () => sample("rate", gamma(mu.div(sigma), sigma.reciprocal())));
      deterministic("ratio", mu.div(sigma));
      observe("x", learned(likelihood, { a: rate.at([0, 1, 1]), b: [0.1, 0.2, 0.2] }), { x: [1, 2, 3] });
      observe("y", normal(rate.at([1, 0]), sigma), [0.5, 1.5]);
    }),
    {},
  );
  return { ...compilation, recording };
}

const positions = [
  [0.1, 0.2, 0.3, 0.4],
  [-1, 0.5, 2, -0.7],
];

describe("a compiled model", () => {
  test("is plain data: structured cloning keeps all of it, and the values to the last bit", () => {
    const { model: compiled, likelihoods } = hierarchy();
    const clone = structuredClone(compiled);
    expect(clone).toStrictEqual(compiled);
    const [original, revived] = [linkModel(compiled, likelihoods), linkModel(clone, likelihoods)];
    for (const position of positions) {
      expect(valueAt(revived, position)).toBe(valueAt(original, position));
      expect(gradientAt(revived, position)).toStrictEqual(gradientAt(original, position));
    }
  });

  test("crosses a message port", async () => {
    const { model: compiled } = hierarchy();
    const { port1, port2 } = new MessageChannel();
    const received = new Promise((resolve) => {
      port2.onmessage = ({ data }) => resolve(data);
    });
    port1.postMessage(compiled);
    expect(await received).toStrictEqual(compiled);
    port1.close();
    port2.close();
  });

  test("says what its variables are, in the order in which they were named", () => {
    const { model: compiled } = hierarchy();
    expect(compiled.variables.map(({ name, kind, dims, shape }) => ({ name, kind, dims, shape }))).toEqual([
      { name: "mu", kind: "latent", dims: [], shape: [] },
      { name: "sigma", kind: "latent", dims: [], shape: [] },
      { name: "rate", kind: "latent", dims: ["group"], shape: [2] },
      { name: "ratio", kind: "deterministic", dims: [], shape: [] },
    ]);
    expect(compiled.coords).toEqual({ group: ["u", "v"] });
    expect(compiled.layout.dim).toBe(4);
    expect(compiled.plainObservations).toEqual([{ site: "y", values: Float64Array.of(0.5, 1.5) }]);
  });

  test("leaves out what nothing reads", () => {
    const ops = (isUseless: boolean) => {
      const density = linked(({ sample, factor }) => {
        const x = sample("x", normal(0, 1));
        if (isUseless) x.add([1, 2, 3]).exp().sum();
        factor(x.tanh());
      }, {});
      return { ops: density.model.instructions.map(({ op }) => op), layout: density.model.layout };
    };
    expect(ops(true)).toEqual(ops(false));
    expect(ops(true).ops).toEqual(["constrain", "logDensity", "unary", "factor"]);
  });
});

describe("valueAndGradient", () => {
  test("is a function of the position alone and overwrites the gradient", () => {
    const { model: compiled, likelihoods } = hierarchy();
    const density = linkModel(compiled, likelihoods);
    const gradient = new Float64Array(4).fill(NaN);
    const first = density.valueAndGradient(Float64Array.from(positions[0]), gradient);
    const kept = [...gradient];
    const out = new Float64Array(density.numOutputs);
    density.valueAndGradient(Float64Array.from(positions[1]), new Float64Array(4));
    density.constrain(Float64Array.from(positions[1]), out);
    density.thetaAt(Float64Array.from(positions[1]), 0);
    const position = Float64Array.from(positions[0]);
    expect(density.valueAndGradient(position, gradient)).toBe(first);
    expect([...gradient]).toEqual(kept);
    expect([...position]).toEqual(positions[0]);
  });

  test("needs no likelihood where only values are asked for", () => {
    const { model: compiled, likelihoods, recording } = hierarchy();
    const density = linkModel(compiled, likelihoods);
    density.constrain(Float64Array.from(positions[0]), new Float64Array(density.numOutputs));
    density.thetaAt(Float64Array.from(positions[0]), 0);
    expect(recording.evaluations).toBe(0);
  });

  /** y = 3 is off the support of uniform(0, upper) while upper < 3; log(upper - 3) would then be NaN. */
  function bounded() {
    const { likelihood, recording } = recordingLikelihood(["a"]);
    const density = linked(({ sample, observe, factor }) => {
      const upper = sample("upper", exponential(0.1));
      observe("y", uniform(0, upper), [3]);
      factor(upper.sub(3).log());
      observe("x", learned(likelihood, { a: upper }), { x: [1] });
    }, {});
    return { density, recording };
  }

  test("is -Infinity off the support, even where a later step would make NaN of it, and ends there", () => {
    const { density, recording } = bounded();
    expect(valueAt(density, [Math.log(2)])).toBe(-Infinity);
    expect(recording.evaluations).toBe(0);
    expect(valueAt(density, [Math.log(4)])).toSatisfy(Number.isFinite);
    expect(recording.evaluations).toBe(1);
  });

  test.each([
    ["a function outside its domain", -1],
    ["an unbounded density", 0],
  ])("is NaN for %s", (_, at) => {
    const density = linked(({ sample, factor }) => {
      const x = sample("x", normal(0, 1));
      factor(x.log().neg());
    }, {});
    expect(valueAt(density, [at])).toBeNaN();
  });

  test("is NaN at NaN", () => {
    const density = linked(({ sample }) => void sample("x", gamma(2, 1)), {});
    expect(valueAt(density, [NaN])).toBeNaN();
  });

  test("recovers after a position off the support", () => {
    const { density } = bounded();
    const before = valueAt(density, [2]);
    valueAt(density, [-2]);
    valueAt(density, [NaN]);
    expect(valueAt(density, [2])).toBe(before);
  });

  test("names the site that is not finite", () => {
    const { density } = bounded();
    expect(density.nonFiniteSite(Float64Array.of(Math.log(2)))).toBe("y");
    expect(density.nonFiniteSite(Float64Array.of(Math.log(3.1)))).toBeUndefined();
    expect(density.nonFiniteSite(Float64Array.of(-Infinity))).toBe("upper");
  });
});
