/** Choices of one name, laid out as an array. */
export interface Variable {
  readonly name: string;
  /** Empty for a number; [5] for a number drawn five times or a vector of five; [5, 3] for both. */
  readonly shape: readonly number[];
  /** Where its values lie in the constrained values of all choices, in row-major order. */
  readonly indices: readonly number[];
}

/** The variables of choices with the given names and numbers of values, in order of first appearance. */
export function variablesOf(names: readonly string[], sizes: readonly number[]): readonly Variable[] {
  const members = new Map<string, number[][]>();
  let next = 0;
  names.forEach((name, i) => {
    const values = Array.from({ length: sizes[i] }, () => next++);
    if (values.length > 0) members.set(name, [...(members.get(name) ?? []), values]);
  });
  return Array.from(members, ([name, draws]) => ({ name, shape: shapeOf(draws), indices: draws.flat() }));
}

function shapeOf(draws: readonly (readonly number[])[]): readonly number[] {
  const width = draws[0].length;
  if (draws.some((values) => values.length !== width)) return [draws.flat().length];
  return [draws.length, width].filter((length) => length > 1);
}

/** One name for each value of a variable, counted from 1: "mu", "rate[5]", "share[2,1]". */
export function elementNames({ name, shape, indices }: Variable): readonly string[] {
  if (shape.length === 0) return [name];
  const width = shape[1] ?? 1;
  return indices.map((_, i) => {
    const outer = Math.floor(i / width) + 1;
    return shape.length === 1 ? `${name}[${outer}]` : `${name}[${outer},${(i % width) + 1}]`;
  });
}
