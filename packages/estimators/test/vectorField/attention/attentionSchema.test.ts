import { expect, test } from "vitest";
import { densitySchema } from "../../../src/density/densitySchema.ts";
import { attentionSpec } from "../../support/attentionField.ts";

/** As it stands in a file. */
function read(spec: object): { readonly success: boolean; readonly message: string } {
  const result = densitySchema.safeParse(JSON.parse(JSON.stringify({ ...spec, columns: [COLUMN] })));
  return { success: result.success, message: result.error?.issues[0].message ?? "" };
}

const COLUMN = {
  kind: "continuous",
  transform: "identity",
  lower: null,
  upper: null,
  edge: 1,
  mean: 0,
  standardDeviation: 1,
};

test("a file has hidden layers, as all had before there was attention, or attention", () => {
  const { attention, ...rest } = attentionSpec(1, { attention: { width: 16, numBlocks: 1, numHeads: 2, patch: 1 } });
  expect(read({ ...rest, attention })).toEqual({ success: true, message: "" });
  expect(read({ ...rest, hidden: [8] })).toEqual({ success: true, message: "" });
  expect(read(rest).message).toContain("either");
  expect(read({ ...rest, attention, hidden: [8] }).message).toContain("either");
  expect(read({ ...rest, attention: { ...attention, numHeads: 3 } }).message).toContain("heads");
});
