import { reviveLikelihood } from "@poolish/inference";
import { expect, test } from "vitest";
import { missingExport, poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

test("a module's export is the likelihood that described itself so", async () => {
  expect(await reviveLikelihood(poissonLikelihood.toDescriptor())).toBe(poissonLikelihood);
});

test("a missing export is named", async () => {
  await expect(reviveLikelihood(missingExport.toDescriptor())).rejects.toThrow(
    /poissonLikelihood\.mjs does not export nowhere/,
  );
});
