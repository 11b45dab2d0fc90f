import { PoolishError } from "@poolish/core";

/** One axis of a value: a plate by its name, or "" for an axis that comes from data. */
export interface Dim {
  readonly name: string;
  readonly size: number;
}

export function sizeOf(dims: readonly Dim[]): number {
  return dims.reduce((size, dim) => size * dim.size, 1);
}

function agree(a: Dim, b: Dim): boolean {
  return a.size === b.size && (a.name === b.name || a.name === "" || b.name === "");
}

/** True when values over `a` and over `b` go element by element, without repeating either. */
export function haveSameDims(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && isPrefix(a, b);
}

function isPrefix(short: readonly Dim[], long: readonly Dim[]): boolean {
  return short.length <= long.length && short.every((dim, i) => agree(dim, long[i]));
}

/**
 * The dims of an operation on values with dims `a` and `b`. The rule: equal sizes go element by element; a scalar, and a
 * value that lives on the outer plates only, is repeated along the inner ones. Nothing else is broadcast.
 * @throws PoolishError naming both shapes.
 */
export function broadcastDims(a: readonly Dim[], b: readonly Dim[], where: string): readonly Dim[] {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (isPrefix(short, long)) return long.map((dim, i) => (dim.name === "" && i < short.length ? short[i] : dim));
  throw new PoolishError(`shapes ${describeDims(a)} and ${describeDims(b)} do not fit together`, {
    kind: "model",
    field: where,
    remedy: "Bring one to the other's shape, e.g. rate.at(data.group) for one value a trial.",
  });
}

/** For each element of `to`, the element of `from` that it repeats; `from` must be a prefix of `to`. */
export function repeatIndex(from: readonly Dim[], to: readonly Dim[]): Int32Array {
  const total = sizeOf(to);
  const inner = total / sizeOf(from);
  return Int32Array.from({ length: total }, (_, i) => Math.floor(i / inner));
}

export function describeDims(dims: readonly Dim[]): string {
  return `[${dims.map(({ name, size }) => (name === "" ? `${size}` : `${name}: ${size}`)).join(", ")}]`;
}
