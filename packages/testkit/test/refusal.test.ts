import { PoolishError } from "@poolish/core";
import { describe, expect, test } from "vitest";
import { caughtError, expectRefusal, expectRejection } from "../src/index.ts";

const details = { kind: "input", field: "x", row: 3, remedy: "Mend it." } as const;
const refuse = (): never => {
  throw new PoolishError("it is wrong", details);
};
const refuseLater = async (): Promise<never> => refuse();

test("what is expected passes, and the error comes back", async () => {
  expect(expectRefusal(refuse, { kind: "input" }, /wrong/, /Mend/).row).toBe(3);
  expect((await expectRejection(refuseLater, details, /wrong/)).field).toBe("x");
  expect((await caughtError(refuse)).remedy).toBe("Mend it.");
});

describe("fails on", () => {
  test("nothing thrown", async () => {
    expect(() => expectRefusal(() => 1, details)).toThrow("nothing was thrown");
    await expect(expectRejection(async () => 1, details)).rejects.toThrow("nothing was thrown");
  });

  test.each([{ kind: "model" } as const, { ...details, field: "y" }, { ...details, row: 4 }])("%o", async (wrong) => {
    expect(() => expectRefusal(refuse, wrong)).toThrow(/expected/);
    await expect(expectRejection(refuseLater, wrong)).rejects.toThrow(/expected/);
  });

  test("another message, and a missing remedy", () => {
    expect(() => expectRefusal(refuse, details, /right/)).toThrow(/matches \/right\//);
    const bare = (): never => {
      throw new PoolishError("it is wrong", { kind: "input" });
    };
    expect(() => expectRefusal(bare, { kind: "input" })).toThrow(/no remedy/);
  });

  test("errors of another kind, which it lets through", async () => {
    const bug = (): never => {
      throw new RangeError("a bug");
    };
    expect(() => expectRefusal(bug, details)).toThrow(RangeError);
    await expect(caughtError(bug)).rejects.toThrow(RangeError);
  });
});
