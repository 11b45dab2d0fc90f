import type { BoundLikelihood } from "@poolish/core";
import { expect, test } from "vitest";
import type { Layout, RowPart } from "../../src/tape/instruction.ts";
import { learnedStep } from "../../src/tape/learnedStep.ts";

const layout: Layout = { dim: 2, firstComputed: 3, size: 3 };
/** Two θ rows: a latent of the row, and a constant. */
const parts: readonly RowPart[] = [
  { slot: { offset: 0, size: 2 }, index: Int32Array.of(0, 1) },
  { slot: { offset: 2, size: 1 }, index: Int32Array.of(0, 0) },
];

/** Term i is θ_i0² θ_i1, for row i; `inOneGo` offers value and gradient together, and nothing else. */
function squares(inOneGo: boolean): BoundLikelihood {
  const data = { numTerms: 2, multiplicity: Float64Array.of(1, 3), termOfTrial: Int32Array.of(0, 1, 1, 1) };
  let at = new Float64Array(4);
  const evaluate: BoundLikelihood["evaluate"] = (theta, logTerms) => {
    at = theta.slice();
    for (let i = 0; i < 2; i++) logTerms[i] = theta[2 * i] ** 2 * theta[2 * i + 1];
  };
  const pullback: BoundLikelihood["pullback"] = (adjoint, gradient) => {
    for (let i = 0; i < 2; i++) {
      gradient[2 * i] += adjoint[i] * 2 * at[2 * i] * at[2 * i + 1];
      gradient[2 * i + 1] += adjoint[i] * at[2 * i] ** 2;
    }
  };
  if (!inOneGo) return { ...data, evaluate, pullback };
  const refuse = () => {
    throw new Error("value and gradient come in one go");
  };
  return {
    ...data,
    evaluate: refuse,
    pullback: refuse,
    evaluateWithGradient(theta, adjoint, logTerms, gradient) {
      evaluate(theta, logTerms);
      pullback(adjoint, gradient);
    },
  };
}

test.each([
  ["one after the other", false],
  ["in one go", true],
])("value and gradient %s: each evaluation stands for itself, and constants get no adjoint", (_, inOneGo) => {
  const values = Float64Array.of(0, 0, 0.5);
  const adjoints = new Float64Array(3);
  const step = learnedStep(squares(inOneGo), 2, parts, layout, { values, adjoints });
  for (const [a, b] of [
    [1, 2],
    [-3, 4],
  ]) {
    values.set([a, b]);
    // A value without its gradient, as `nonFiniteSite` asks for, leaves nothing behind.
    step.forward();
    expect(step.forward()).toBe(0.5 * (a * a + 3 * b * b));
    adjoints.fill(10);
    step.backward();
    expect([...adjoints]).toEqual([10 + a, 10 + 3 * b, 10]);
  }
});
