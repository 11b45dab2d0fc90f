import { PoolishError } from "@poolish/core";
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

test("a likelihood that cannot leave its thread is never revived: a bug, no user's mistake", async () => {
  const error = await reviveLikelihood({ kind: "inline", name: "chips" }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(PoolishError);
  expect(String(error)).toMatch(/chips cannot leave its thread/);
});
