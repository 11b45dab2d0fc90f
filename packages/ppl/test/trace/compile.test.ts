import { compile, type ModelFunction, model, normal, poisson } from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { compiling } from "../support/compiling.ts";

describe("compile", () => {
  interface Data {
    readonly chips: readonly number[];
    readonly dose?: readonly number[];
  }

  test("refuses a column that the data do not have, and says which they have", () => {
    const define: ModelFunction<Data> = (_, data) => void data.dose;
    const work = () => compile(model("columns", define), { chips: [1] });
    expectRefusal(work, { kind: "input", field: "dose" }, /none of that name/, /The data have chips/);
  });

  test("hands on the columns that the data have, and lets the model look for others", () => {
    const define: ModelFunction<Data> = ({ observe }, data) => {
      expect("dose" in data).toBe(false);
      expect(Object.keys(data)).toEqual(["chips"]);
      observe("chips", poisson(1), data.chips);
    };
    const { plainObservations } = compile(model("columns", define), { chips: [1, 4] }).model;
    expect(plainObservations).toEqual([{ site: "chips", values: Float64Array.of(1, 4) }]);
  });

  test("takes a single column as data, too", () => {
    const define: ModelFunction<Float64Array> = ({ observe }, data) => observe("y", normal(0, 1), data.slice(1));
    const { plainObservations } = compile(model("column", define), Float64Array.of(1, 2, 3)).model;
    expect(plainObservations[0].values).toEqual(Float64Array.of(2, 3));
  });

  test("refuses an async model function", () => {
    const define = async () => {
      await Promise.resolve();
    };
    expectRefusal(compiling(define), { kind: "model", field: "refused" }, /async/);
  });
});
