import { expect, test } from "vitest";
import type { Posterior } from "../../src/nuts/posterior.ts";
import { runProgram } from "../support/webpplProgram.ts";

function namesOf(body: string, before = ""): readonly string[] {
  const code = `${before} Infer({ method: 'NUTS', chains: 1, samples: 4, burn: 0, model: function() {\n${body}\n} })`;
  return (runProgram(code) as Posterior).poolish.names;
}

test.each([
  ["variables", "var mu = gaussian(0, 5), tau = sample(Gamma({shape: 2, scale: 1})); return mu;", ["mu", "tau"]],
  ["a map", "return map(function(y) { var t = gaussian(y, 1); return t; }, [1, 2, 3]);", ["t[1]", "t[2]", "t[3]"]],
  ["properties", "return { a: gaussian(0, 1), 'b': exponential(1) };", ["a", "b"]],
  ["the global store", "globalStore.m = gaussian(0, 1); return globalStore.m;", ["m"]],
  ["what a function returns", "var draw = function() { return gaussian(0, 1); }; var z = draw(); return z;", ["z"]],
  [
    "a returned map",
    "var rates = map(function(i) { return exponential(1); }, [1, 2]); return rates;",
    ["rates[1]", "rates[2]"],
  ],
  ["expressions", "return gaussian(0, 1)\n + exponential(1);", ["gaussian@2", "exponential@3"]],
  ["two on one line", "return gaussian(0, 1) + gaussian(0, 2);", ["gaussian@2", "gaussian@2:24"]],
  ["a non-centred value", "var theta = 1 + 2 * gaussian(0, 1); return theta;", ["gaussian@2"]],
  [
    "one name in two places",
    "var f = function() { var x = gaussian(0, 1); return x; };\nvar x = exponential(1); return f() + x;",
    ["x", "x@2"],
  ],
  ["a vector", "var p = dirichlet(Vector([1, 2, 3])); return p;", ["p[1]", "p[2]", "p[3]"]],
])("%s", (_, body, names) => {
  expect(namesOf(body)).toEqual(names);
});

test("the variable that receives the posterior names nothing", () => {
  const code =
    "var posterior = Infer({ method: 'NUTS', chains: 1, samples: 4, burn: 0, model: function() { return gaussian(0, 1); } }); posterior";
  expect((runProgram(code) as Posterior).poolish.names).toEqual(["gaussian@1"]);
});
