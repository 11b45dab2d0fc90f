import { PoolishError } from "@poolish/core";
import { expect, test } from "vitest";
import { requireSampling } from "../../src/vectorField/sampling/requireSampling.ts";
import type { FieldSampling } from "../../src/vectorField/vectorFieldEstimator.ts";

test.each<FieldSampling>([
  {},
  { steps: 4 },
  { method: "ode", tolerance: 1e-3 },
  { method: "ode", corrections: 0 },
  { method: "sde", steps: 64, corrections: 2 },
  { compose: "gauss", corrections: 1 },
  { method: "sde", compose: "jacobian", steps: 32 },
])("takes %j", (options) => {
  expect(() => requireSampling(options)).not.toThrow();
});

test.each<[FieldSampling, string]>([
  [{ method: "sde", tolerance: 1e-3 }, "tolerance"],
  [{ compose: "gauss", tolerance: 1e-3 }, "tolerance"],
  [{ corrections: 1 }, "corrections"],
  [{ method: "ode", compose: "gauss" }, "method"],
  [{ steps: 4, tolerance: 1e-3 }, "steps"],
  [{ tolerance: 2 }, "tolerance"],
  [{ steps: 0 }, "steps"],
])("refuses %j by its %s, with a remedy", (options, field) => {
  let caught: unknown;
  try {
    requireSampling(options);
  } catch (error) {
    caught = error;
  }
  if (!(caught instanceof PoolishError)) throw new Error("nothing was refused");
  expect(caught.field).toBe(field);
  expect(caught.remedy).toBeTruthy();
});
