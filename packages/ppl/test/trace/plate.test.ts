import { compile, model, normal } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { compiling, type Define } from "../support/compiling.ts";

describe("plate refuses", () => {
  test.each<[string, Define, RegExp]>([
    ["0 members", ({ plate }) => plate("a", 0, () => undefined), /one or more members, got 0/],
    ["a fraction of a member", ({ plate }) => plate("a", 1.5, () => undefined), /got 1.5/],
    ["NaN members", ({ plate }) => plate("a", NaN, () => undefined), /got NaN/],
    ["no labels", ({ plate }) => plate("a", [], () => undefined), /no labels/],
    ["two members of one name", ({ plate }) => plate("a", ["u", "v", "u"], () => undefined), /called u \(row 2/],
    ["itself inside", ({ plate }) => plate("a", 2, () => plate("a", 2, () => undefined)), /surrounds/],
    [
      "other members than before",
      ({ plate }) => {
        plate("a", 2, () => undefined);
        plate("a", 3, () => undefined);
      },
      /before.*2 then, 3 now.*different names/,
    ],
    [
      "other labels than before",
      ({ plate }) => {
        plate("a", ["u", "v\nw"], () => undefined);
        plate("a", ["u\nv", "w"], () => undefined);
      },
      /before with other members/,
    ],
    [
      "the name of a site",
      ({ sample, plate }) => {
        sample("a", normal(0, 1));
        plate("a", 2, () => undefined);
      },
      /taken/,
    ],
  ])("%s", (_, define, words) => {
    expectRefusal(compiling(define), { kind: "model", field: "a" }, words);
  });

  test("nothing when it is used again with the same members", () => {
    const define: Define = ({ sample, plate }) => {
      const x = plate("a", ["u", "v"], () => sample("x", normal(0, 1)));
      plate("a", ["u", "v"], () => sample("y", normal(x, 1)));
    };
    expect(compile(model("again", define), {}).model.layout.dim).toBe(4);
  });

  test("nothing that follows a body that failed: its plate is closed", () => {
    const define: Define = ({ sample, plate }) => {
      expect(() =>
        plate("a", 2, () => {
          throw new RangeError("no");
        }),
      ).toThrow("no");
      expect(sample("x", normal(0, 1))).toMatchObject({ dims: [] });
    };
    compile(model("closed", define), {});
  });
});
