import type { ColumnKind, ColumnSpec } from "@poolish/core";

/** sbibm's names: parameter_1, parameter_2, … */
export function parameterNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `parameter_${i + 1}`);
}

/** sbibm's columns data_1, data_2, …, all of one kind. */
export function dataColumns(count: number, kind: ColumnKind): ColumnSpec[] {
  return Array.from({ length: count }, (_, i) => ({ name: `data_${i + 1}`, kind }));
}
