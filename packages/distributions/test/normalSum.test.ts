import { normalFamily, type Strided } from "@poolish/distributions";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bindNormalSum } from "../src/normalSum.ts";

/** Which of x, mean and sd are one number a row (else shared), and which are constant. */
interface Layout {
  readonly isVector: readonly boolean[];
  readonly isConstant: readonly boolean[];
}

const bits = (code: number): readonly boolean[] => [0, 1, 2].map((bit) => (code & (1 << bit)) !== 0);
const layouts: readonly Layout[] = Array.from({ length: 64 }, (_, code) => ({
  isVector: bits(code & 7),
  isConstant: bits(code >> 3),
}));

function place(count: number, isVector: readonly boolean[], columns: readonly (readonly number[])[]) {
  const values = new Float64Array(3 * count + 3);
  const strided = columns.map((numbers, k): Strided => {
    const offset = 1 + k * (count + 1);
    values.set(isVector[k] ? numbers : numbers.slice(0, 1), offset);
    return { values, offset, stride: isVector[k] ? 1 : 0, width: 1 };
  });
  return { values, strided };
}

/** The slow, obvious twin: terms and partials of `evaluate`, added up one by one. */
function twin(
  count: number,
  columns: readonly Strided[],
  isConstant: readonly boolean[],
  adjoints: Float64Array,
): number {
  const [x, ...parameters] = columns;
  const logTerms = new Float64Array(count);
  const partials = columns.map(() => new Float64Array(count));
  normalFamily.evaluate(count, x, parameters, logTerms, partials);
  columns.forEach(({ offset, stride }, k) => {
    if (isConstant[k]) return;
    for (let i = 0; i < count; i++) adjoints[offset + i * stride] += partials[k][i];
  });
  return logTerms.reduce((sum, term) => sum + term, 0);
}

const number = fc.double({ min: -5, max: 5, noNaN: true });
const rows = fc.array(fc.tuple(number, number, fc.double({ min: 0.1, max: 8, noNaN: true })), {
  minLength: 1,
  maxLength: 9,
});

test.each(layouts)("is the sum that evaluate gives, with its derivatives: $isVector $isConstant", (layout) => {
  const { isVector, isConstant } = layout;
  fc.assert(
    fc.property(rows, rows, (first, second) => {
      const count = Math.min(first.length, second.length);
      const columns = (from: typeof first) => [0, 1, 2].map((k) => from.slice(0, count).map((row) => row[k]));
      const { values, strided } = place(count, isVector, columns(first));
      const adjoints = new Float64Array(values.length).fill(0.5);
      const sum = bindNormalSum({ count, columns: strided, isConstant, adjoints });
      sum.value();
      // What is not constant moves on.
      const moved = place(count, isVector, columns(second));
      moved.strided.forEach(({ offset }, k) => {
        if (!isConstant[k]) values.set(moved.values.subarray(offset, offset + count), offset);
      });
      const expected = new Float64Array(values.length).fill(0.5);
      const value = twin(count, strided, isConstant, expected);
      expect(Math.abs(sum.value() - value)).toBeLessThan(1e-13 * Math.max(1, Math.abs(value)) * count);
      sum.pullback();
      const scale = Math.max(1, ...expected.map(Math.abs));
      adjoints.forEach(
        (adjoint, i) => void expect(Math.abs(adjoint - expected[i])).toBeLessThan(1e-12 * scale * count),
      );
    }),
    { seed: 1, numRuns: 20 },
  );
});

describe("what is not finite", () => {
  const value = (columns: readonly (readonly number[])[], isVector = [true, true, true]): number => {
    const { values, strided } = place(columns[0].length, isVector, columns);
    const isConstant = [false, false, false];
    return bindNormalSum({ count: columns[0].length, columns: strided, isConstant, adjoints: values.slice() }).value();
  };

  test.each([
    ["sd of 0", [0, 1], [0, 0], [1, 0]],
    ["negative sd", [0, 1], [0, 0], [1, -1]],
    ["infinite sd", [0, 1], [0, 0], [1, Infinity]],
    ["infinite x", [0, Infinity], [0, 0], [1, 1]],
    ["infinite mean", [0, 1], [-Infinity, 0], [1, 1]],
    ["infinite x and mean", [0, Infinity], [0, Infinity], [1, 1]],
  ])("%s gives -Infinity, each or shared", (_, x, mean, sd) => {
    expect(value([x, mean, sd])).toBe(-Infinity);
    expect(value([x, mean, [sd[1], sd[1]]], [true, true, false])).toBe(
      sd[1] === 1 ? value([x, mean, [1, 1]]) : -Infinity,
    );
  });

  test("NaN anywhere gives NaN", () => {
    for (const k of [0, 1, 2]) {
      const columns = [
        [0, 1],
        [0, 0],
        [1, 1],
      ];
      columns[k][1] = NaN;
      expect(value(columns)).toBeNaN();
    }
  });
});
