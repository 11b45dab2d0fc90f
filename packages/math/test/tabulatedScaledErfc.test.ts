import { readFileSync } from "node:fs";
import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { scaledErfc, tabulatedScaledErfc } from "../src/index.ts";

/** Rows [x, e^{x²} erfc x] by mpmath with 60 digits: fixtures/tabulatedScaledErfc.py. */
const { rows }: { rows: [x: number, exact: number][] } = JSON.parse(
  readFileSync(new URL("./fixtures/tabulatedScaledErfc.json", import.meta.url), "utf8"),
);

test("tabulatedScaledErfc keeps its documented accuracy, also beside the joints of its pieces", () => {
  expect(rows.length).toBeGreaterThan(40);
  for (const [x, exact] of rows) {
    expect(Math.abs(tabulatedScaledErfc(x) - exact) / exact, `at ${x}`).toBeLessThanOrEqual(1e-13);
  }
});

test("it agrees with its slow twin at arguments of every size", () => {
  const rng = rngFromSeed(1);
  for (let i = 0; i < 50_000; i++) {
    const x = Math.exp(-12 + 24 * rng.uniform());
    const slow = scaledErfc(x);
    // Its own bound and that of the twin.
    expect(Math.abs(tabulatedScaledErfc(x) - slow) / slow, `at ${x}`).toBeLessThanOrEqual(1e-13 + 2e-15);
  }
});

test("values at the edges of the domain", () => {
  expect(tabulatedScaledErfc(0)).toBeCloseTo(1, 13);
  expect(tabulatedScaledErfc(Infinity)).toBe(0);
  expect(tabulatedScaledErfc(-1e-9)).toBeNaN();
  expect(tabulatedScaledErfc(Number.NaN)).toBeNaN();
});
