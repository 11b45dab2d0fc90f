import { PoolishError } from "@poolish/core";

/**
 * One axis of a value: a plate by its name, or "" for an axis that comes from data. Event axes (those of a vector or
 * matrix that is one value) are inner ones, marked, and without a name.
 */
export interface Dim {
  readonly name: string;
  readonly size: number;
  readonly isEvent?: boolean;
}

export function sizeOf(dims: readonly Dim[]): number {
  return dims.reduce((size, dim) => size * dim.size, 1);
}

/** An axis of a vector or matrix. */
export function eventDim(size: number): Dim {
  return { name: "", size, isEvent: true };
}

/** An axis that comes from data, e.g. one number a trial. */
export function dataDim(size: number): Dim {
  return { name: "", size };
}

/** The axes over which a value is repeated: plates and trials. */
export function outerDims(dims: readonly Dim[]): readonly Dim[] {
  return dims.filter(({ isEvent }) => isEvent !== true);
}

/** The axes of the vector or matrix that the value is; none for numbers. */
export function eventDims(dims: readonly Dim[]): readonly Dim[] {
  return dims.filter(({ isEvent }) => isEvent === true);
}

function agree(a: Dim, b: Dim): boolean {
  return a.size === b.size && (a.name === b.name || a.name === "" || b.name === "");
}

function isPrefix(short: readonly Dim[], long: readonly Dim[]): boolean {
  return short.length <= long.length && short.every((dim, i) => agree(dim, long[i]));
}

function haveSameSizes(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every(({ size }, i) => size === b[i].size);
}

/** True when values over `a` and over `b` go element by element, without repeating either. */
export function haveSameDims(a: readonly Dim[], b: readonly Dim[]): boolean {
  const [outer, other] = [outerDims(a), outerDims(b)];
  return outer.length === other.length && isPrefix(outer, other) && haveSameSizes(eventDims(a), eventDims(b));
}

/** The outer axes of an operation, or undefined where those of one side do not begin those of the other. */
export function broadcastOuter(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] | undefined {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (!isPrefix(short, long)) return undefined;
  return long.map((dim, i) => (dim.name === "" && i < short.length ? short[i] : dim));
}

/**
 * The dims of an operation on values with dims `a` and `b`. The rule: equal sizes go element by element; a scalar, and a
 * value that lives on the outer plates only, is repeated along the inner ones; a value without event axes is repeated
 * along those of the other. Nothing else is broadcast.
 * @throws PoolishError naming both shapes.
 */
export function broadcastDims(a: readonly Dim[], b: readonly Dim[], where: string): readonly Dim[] {
  const outer = broadcastOuter(outerDims(a), outerDims(b));
  const [event, other] = [eventDims(a), eventDims(b)];
  const fit = event.length === 0 || other.length === 0 || haveSameSizes(event, other);
  if (outer !== undefined && fit) return [...outer, ...(event.length === 0 ? other : event)];
  throw misfit(a, b, where);
}

/** The error for shapes that do not go together. */
export function misfit(a: readonly Dim[], b: readonly Dim[], where: string): PoolishError {
  return new PoolishError(`shapes ${describeDims(a)} and ${describeDims(b)} do not fit together`, {
    kind: "model",
    field: where,
    remedy: "Bring one to the other's shape, e.g. rate.at(data.group) for one value a trial.",
  });
}

/** For each element over the outer axes `to`, the element over `from`, a prefix of it, that it repeats. */
export function repeatOuter(from: readonly Dim[], to: readonly Dim[]): Int32Array {
  const total = sizeOf(to);
  const inner = total / sizeOf(from);
  const index = new Int32Array(total);
  for (let i = 0; i < total; i++) index[i] = Math.floor(i / inner);
  return index;
}

/** For each element of `to`, the element of `from` that it repeats; `from` must broadcast to `to`. */
export function repeatIndex(from: readonly Dim[], to: readonly Dim[]): Int32Array {
  const outer = repeatOuter(outerDims(from), outerDims(to));
  const runTo = sizeOf(eventDims(to));
  const runFrom = sizeOf(eventDims(from));
  const index = new Int32Array(outer.length * runTo);
  for (let i = 0; i < outer.length; i++) {
    for (let k = 0; k < runTo; k++) index[i * runTo + k] = outer[i] * runFrom + (runFrom === 1 ? 0 : k);
  }
  return index;
}

/** A shape in words: `[school: 8]`, `[919]`, `[subject: 3; 2]` for vectors of two, `[]` for a scalar. */
export function describeDims(dims: readonly Dim[]): string {
  const words = (axes: readonly Dim[]): string =>
    axes.map(({ name, size }) => (name === "" ? `${size}` : `${name}: ${size}`)).join(", ");
  const event = eventDims(dims);
  return event.length === 0 ? `[${words(dims)}]` : `[${words(outerDims(dims))}; ${words(event)}]`;
}
