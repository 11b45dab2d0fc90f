import { normalFamily, type Strided } from "@poolish/distributions";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bindNormalGroupedSum } from "../src/normalGroupedSum.ts";

const number = fc.double({ min: -5, max: 5, noNaN: true });
const positive = fc.double({ min: 0.1, max: 8, noNaN: true });
const groups = fc.array(fc.tuple(number, positive, fc.array(number, { minLength: 1, maxLength: 6 })), {
  minLength: 1,
  maxLength: 5,
});
type Groups = readonly (readonly [mean: number, sd: number, x: readonly number[]])[];

/** A buffer with means from 1 and sds after them; a shared parameter is that of the first group. */
function place(each: Groups, isShared: readonly boolean[]) {
  const numGroups = each.length;
  const values = Float64Array.of(0, ...each.map(([mean]) => mean), ...each.map(([, sd]) => sd));
  const parameters = isShared.map((shared, k): Strided => {
    return { values, offset: 1 + k * numGroups, stride: shared ? 0 : 1, width: 1 };
  });
  const x = Float64Array.from(each.flatMap(([, , numbers]) => numbers));
  const groupOf = Int32Array.from(each.flatMap(([, , numbers], g) => numbers.map(() => g)));
  return { values, parameters, x, groupOf, numGroups };
}

/** The slow, obvious twin: `evaluate` of each observation. */
function twin({ values, parameters, x, groupOf }: ReturnType<typeof place>, adjoints: Float64Array): number {
  const numbers = parameters.map(({ offset, stride }) => groupOf.map((g) => offset + g * stride));
  const count = x.length;
  const buffer = Float64Array.of(...x, ...numbers.flatMap((places) => Array.from(places, (at) => values[at])));
  const columns = [0, 1, 2].map((k): Strided => ({ values: buffer, offset: k * count, stride: 1, width: 1 }));
  const logTerms = new Float64Array(count);
  const partials = columns.map(() => new Float64Array(count));
  normalFamily.evaluate(count, columns[0], columns.slice(1), logTerms, partials);
  numbers.forEach((places, k) => {
    places.forEach((at, i) => {
      adjoints[at] += partials[1 + k][i];
    });
  });
  return logTerms.reduce((sum, term) => sum + term, 0);
}

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])("is the sum that evaluate gives, with its derivatives (mean shared %s, sd shared %s)", (...isShared) => {
  fc.assert(
    fc.property(groups, (each) => {
      const places = place(each, isShared);
      const expected = new Float64Array(places.values.length).fill(0.5);
      const adjoints = expected.slice();
      const sum = bindNormalGroupedSum({ ...places, isConstant: [false, false], adjoints });
      const value = twin(places, expected);
      // Sums of n terms round n times; each is at most (10 / 0.1)² in size.
      const scale = places.x.length * 1e4;
      expect(Math.abs(sum.value() - value)).toBeLessThan(1e-14 * scale);
      sum.pullback();
      adjoints.forEach((adjoint, i) => void expect(Math.abs(adjoint - expected[i])).toBeLessThan(1e-13 * scale * 10));
    }),
  );
});

test("hands nothing back to constants", () => {
  const places = place([[1, 2, [0.5, 3]]], [false, false]);
  const adjoints = new Float64Array(places.values.length);
  const sum = bindNormalGroupedSum({ ...places, isConstant: [true, true], adjoints });
  sum.value();
  sum.pullback();
  expect(adjoints).toEqual(new Float64Array(places.values.length));
});

test.each([
  [0, 1, -Infinity],
  [NaN, 1, NaN],
  [1, NaN, NaN],
  [1, Infinity, -Infinity],
  [-1, 1, -Infinity],
])("of sd %d and mean %d is %d, as evaluate says", (sd, mean, expected) => {
  for (const shared of [true, false]) {
    const places = place([[mean, sd, [0.5, 3]]], [shared, shared]);
    const sum = bindNormalGroupedSum({ ...places, isConstant: [false, false], adjoints: places.values.slice() });
    expect(sum.value()).toBe(expected);
    expect(twin(places, places.values.slice())).toBe(expected);
  }
});

test("numbers far from 0 keep their digits: the sum is that of the same numbers moved to 0", () => {
  // Multiples of 2⁻¹⁰ up to 2³¹ are exact in float64, so that moving them rounds nothing.
  const x = Array.from({ length: 20_000 }, (_, i) => Math.round(1024 * Math.sin(i)) / 1024);
  const at = (shift: number) => {
    const places = place([[shift + 0.25, 1, x.map((value) => value + shift)]], [true, true]);
    const adjoints = new Float64Array(places.values.length);
    const sum = bindNormalGroupedSum({ ...places, isConstant: [false, false], adjoints });
    const value = sum.value();
    sum.pullback();
    return { value, adjoints };
  };
  const near = at(0);
  const far = at(2 ** 31);
  // The mean of 20,000 numbers of 2³¹ is right to its last digit, 2⁻²²; the gradient is 20,000 times that.
  expect(Math.abs(far.adjoints[1] - near.adjoints[1])).toBeLessThan(20_000 * 2 ** -22);
  expect(Math.abs(far.value - near.value)).toBeLessThan(20_000 * 2 ** -22);
});
