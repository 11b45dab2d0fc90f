import * as distributions from "@poolish/distributions";
import * as ppl from "@poolish/ppl";
import { expect, test } from "vitest";

test("every distribution of the language can be imported with the model", () => {
  const factories = new Map<string, unknown>(Object.entries(distributions));
  for (const { name } of distributions.families) {
    expect(factories.get(name)).toBeTypeOf("function");
    expect(ppl).toHaveProperty(name, factories.get(name));
  }
});
